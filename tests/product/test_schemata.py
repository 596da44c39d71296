"""The fields of content, which are remembered by type."""

from collective.appendonly.schemata import fields_of
from collective.appendonly.schemata import fields_of_type
from plone.autoform.interfaces import IFormFieldProvider
from plone.behavior.interfaces import IBehaviorAssignable
from plone.behavior.registration import BehaviorRegistration
from plone.dexterity.behavior import DexterityBehaviorAssignable
from plone.dexterity.fti import DexterityFTI
from plone.dexterity.utils import createContent
from plone.supermodel import model
from zope.component import adapter
from zope.component import getGlobalSiteManager
from zope.interface import alsoProvides
from zope.interface import implementer
from zope.interface import Interface
from zope.interface import provider
from zope.schema import TextLine

import pytest
import transaction


MODEL = """<model xmlns="http://namespaces.plone.org/supermodel/schema"
    xmlns:security="http://namespaces.plone.org/supermodel/security"><schema>
  <field name="about" type="zope.schema.TextLine" {} />
</schema></model>"""
OPEN = MODEL.format("")
PROTECTED = MODEL.format('security:read-permission="cmf.ManagePortal"')


@pytest.fixture
def party(portal):
    fti = DexterityFTI("Party", model_source=OPEN)
    portal.portal_types._setObject("Party", fti)
    transaction.commit()
    return fti


def test_an_administrator_protects_a_field(party):
    def protected():
        fields = fields_of_type("Party")
        return [*fields.by_name], fields.protected

    assert protected() == (["about"], frozenset())
    party.manage_changeProperties(model_source=PROTECTED)
    assert protected() == (["about"], {"about"})
    transaction.abort()
    assert protected() == (["about"], frozenset())
    party.manage_changeProperties(model_source=PROTECTED)
    transaction.commit()
    assert protected() == (["about"], {"about"})


def test_fields_are_looked_up_once(party):
    assert fields_of_type("Party") is fields_of_type("Party")


def test_a_type_that_is_gone_has_no_fields(portal):
    assert fields_of_type("Nothing of the kind") == ({}, frozenset())


class IDressed(Interface):
    """An object with a behavior of its own."""


@provider(IFormFieldProvider)
class IDress(model.Schema):
    colour = TextLine(title="Colour")


@implementer(IBehaviorAssignable)
@adapter(IDressed)
class Dressed(DexterityBehaviorAssignable):
    def enumerateBehaviors(self):
        yield from super().enumerateBehaviors()
        yield BehaviorRegistration("Dress", "", IDress, None, None)


@pytest.fixture
def page(portal):
    getGlobalSiteManager().registerAdapter(Dressed)
    yield createContent("Document")
    getGlobalSiteManager().unregisterAdapter(Dressed)


def test_an_object_has_a_behavior_of_its_own(page):
    alsoProvides(page, IDressed)
    assert fields_of(page).by_name["colour"] == (IDress["colour"],)
    others = fields_of_type("Document").by_name.keys()
    assert fields_of(page).by_name.keys() - others == {"colour"}
