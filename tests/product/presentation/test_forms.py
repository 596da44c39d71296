"""The order in which fields are shown is that of the edit form."""

from collective.appendonly.presentation import forms
from collective.appendonly.presentation.forms import in_form_order
from plone import api
from plone.dexterity.fti import DexterityFTI
from tests.product.recording.specimen import ISpecimen
from zope.schema import getFieldNamesInOrder

import pytest
import transaction


def names_in(form):
    """Return the names of the fields of an edit form, as Plone orders them."""
    parts = (form, *form.groups)
    names = [each.field.getName() for part in parts for each in part.fields.values()]
    return list(dict.fromkeys(names))


TYPES = ["Document", "Event", "News Item", "File", "Image", "Link", "Folder"]


@pytest.mark.parametrize("portal_type", [*TYPES, "Collection"])
def test_the_order_is_that_of_the_edit_form(portal, http_request, portal_type):
    obj = api.content.create(portal, portal_type, "party", title="Party")
    form = obj.restrictedTraverse("@@edit").form_instance
    form.portal_type = portal_type
    form.updateFieldsFromSchemata()
    expected = names_in(form)
    assert {"title", "subjects", "effective"} <= set(expected)
    assert in_form_order(reversed(expected), portal_type) == expected


def test_what_is_not_in_the_form_is_last(portal):
    names = ["unheard", "layout", "subjects", "text", "title", "blocks"]
    assert in_form_order(names, "Document") == [
        *("title", "text", "subjects"),
        *("blocks", "layout", "unheard"),
    ]


@pytest.mark.parametrize("portal_type", ["", "Gone", "User", "Discussion Item"])
def test_without_a_form_names_are_sorted(portal, portal_type, caplog):
    names = in_form_order(["title", "text", "about"], portal_type)
    assert names == ["about", "text", "title"]
    assert caplog.records == []


def test_a_type_whose_schema_is_gone(portal, caplog):
    fti = DexterityFTI("Odd", schema="gone.addon.interfaces.IOdd")
    portal.portal_types._setObject("Odd", fti)
    assert in_form_order(["title", "about"], "Odd") == ["about", "title"]


def test_fields_of_an_add_on(portal):
    fti = DexterityFTI("Specimen", schema=ISpecimen.__identifier__)
    portal.portal_types._setObject("Specimen", fti)
    names = getFieldNamesInOrder(ISpecimen)
    assert in_form_order(sorted(names), "Specimen") == names


def test_an_order_is_looked_up_once_and_only_if_it_matters(portal, monkeypatch):
    looked_up, form = [], forms._Form

    def noticing(portal_type):
        looked_up.append(portal_type)
        return form(portal_type)

    monkeypatch.setattr(forms, "_Form", noticing)
    forms._places.cache_clear()
    for name in ("title", "text"):
        assert in_form_order([name], "Document") == [name]
    assert in_form_order([], "Document") == []
    assert looked_up == []
    for _ in range(3):
        assert in_form_order(["text", "title"], "Document") == ["title", "text"]
        in_form_order(["url", "title"], "Link")
    assert looked_up == ["Document", "Link"]


ABOUT_FIRST, TITLE_FIRST = (
    f"""<model xmlns="http://namespaces.plone.org/supermodel/schema"><schema>
      {"".join(f'<field name="{name}" type="zope.schema.TextLine" />' for name in names)}
    </schema></model>"""
    for names in (("about", "title"), ("title", "about"))
)


def test_an_administrator_changes_the_order_of_the_fields(portal):
    fti = DexterityFTI("Party", model_source=ABOUT_FIRST)
    portal.portal_types._setObject("Party", fti)
    transaction.commit()
    assert in_form_order(["title", "about"], "Party") == ["about", "title"]
    fti.manage_changeProperties(model_source=TITLE_FIRST)
    assert in_form_order(["title", "about"], "Party") == ["title", "about"]
    transaction.commit()
    assert in_form_order(["title", "about"], "Party") == ["title", "about"]
    fti.manage_changeProperties(model_source=ABOUT_FIRST)
    transaction.abort()
    assert in_form_order(["title", "about"], "Party") == ["title", "about"]
