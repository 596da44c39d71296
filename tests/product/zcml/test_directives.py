"""Structures that an integrator declares, and their provisioning in a site."""

from collective.appendonly.interfaces import IActivityAction
from collective.appendonly.structures.check import check
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter
from zope.component import getGlobalSiteManager
from zope.component import getUtility
from zope.component import queryAdapter
from zope.component import queryUtility
from zope.configuration import xmlconfig
from zope.configuration.config import ConfigurationConflictError
from zope.configuration.exceptions import ConfigurationError

import collective.appendonly
import pytest
import transaction


ZCML = """
<configure xmlns="http://namespaces.zope.org/zope"
           xmlns:appendonly="http://namespaces.plone.org/appendonly">
  <include package="collective.appendonly" file="meta.zcml" />
  {}
</configure>
"""
DECLARED = """
  <appendonly:stack name="my.feed" max_layers="3" max_length="2" />
  <appendonly:stack name="my.other" />
  <appendonly:archive name="my.archive" />
  <appendonly:accumulator name="my.pending" />
"""


def load(text):
    return xmlconfig.string(ZCML.replace("{}", text))


@pytest.fixture
def declared(portal):
    load(DECLARED)
    return portal


def feed_of(site):
    """Return the stack and the archive that are called ``my.feed``."""
    stack = getUtility(IAppendStack, name="my.feed")
    return stack, getAdapter(site, IArchive, name="my.feed")


def test_a_declaration_alone_creates_nothing(declared):
    assert queryUtility(IAppendStack, name="my.feed") is None
    assert queryAdapter(declared, IArchive, name="my.feed") is None
    assert queryAdapter(declared, IArchive, name="my.archive") is None
    assert queryUtility(IAccumulator, name="my.pending") is None
    assert "my.feed" not in IAnnotations(declared)


def test_provisioning_creates_what_is_named_and_nothing_else(declared):
    provision(declared, "my.feed", "my.archive", "my.pending")
    transaction.commit()
    stack = getUtility(IAppendStack, name="my.feed")
    assert (stack.max_layers, stack.max_length, len(stack)) == (3, 2, 0)
    assert len(getAdapter(declared, IArchive, name="my.feed")) == 0
    assert len(getAdapter(declared, IArchive, name="my.archive")) == 0
    assert list(getUtility(IAccumulator, name="my.pending")) == []
    assert queryUtility(IAppendStack, name="my.other") is None


def test_a_stack_has_two_layers_of_sixteen_by_default(declared):
    provision(declared, "my.other")
    stack = getUtility(IAppendStack, name="my.other")
    assert (stack.max_layers, stack.max_length) == (2, 16)


def test_stack_and_archive_work_together_in_a_site(declared):
    provision(declared, "my.feed")
    stack, archive = feed_of(declared)
    for number in range(11):
        stack.push(number, archive.addLayer)
        transaction.commit()
    assert [item for *_, item in stack] == [10, 9, 8, 7, 6]
    assert [item for *_, item in archive] == [5, 4, 3, 2, 1, 0]
    check(stack, archive)


def test_provisioning_again_keeps_what_is_there(declared):
    provision(declared, "my.feed", "my.pending")
    getUtility(IAppendStack, name="my.feed").push("item")
    getUtility(IAccumulator, name="my.pending").append("mail")
    provision(declared, "my.feed", "my.pending")
    assert [i for *_, i in getUtility(IAppendStack, name="my.feed")] == ["item"]
    assert list(getUtility(IAccumulator, name="my.pending")) == ["mail"]


def test_deprovisioning_takes_all_away(declared):
    provision(declared, "my.feed", "my.archive", "my.pending")
    transaction.commit()
    deprovision(declared, "my.feed", "my.archive", "my.pending")
    transaction.commit()
    assert queryUtility(IAppendStack, name="my.feed") is None
    assert queryUtility(IAccumulator, name="my.pending") is None
    assert {"my.feed", "my.archive"}.isdisjoint(IAnnotations(declared))


def test_deprovisioning_what_is_not_there_is_no_error(declared):
    deprovision(declared, "my.feed", "my.archive", "my.pending")


def test_a_new_stack_goes_on_over_a_kept_archive(declared):
    provision(declared, "my.feed")
    stack, archive = feed_of(declared)
    for number in range(9):
        stack.push(number, archive.addLayer)
    transaction.commit()
    deprovision(declared, "my.feed", keep_archive=True)
    transaction.commit()
    provision(declared, "my.feed")
    stack, archive = feed_of(declared)
    assert len(stack) == 0
    assert [item for *_, item in archive] == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    for number in range(9, 20):
        stack.push(number, archive.addLayer)
    transaction.commit()
    check(stack, archive)
    found = [item for structure in (stack, archive) for *_, item in structure]
    assert found == list(range(19, -1, -1))


def test_an_undeclared_name_is_refused_and_the_error_names_the_directive(declared):
    with pytest.raises(LookupError, match="'undeclared'.*appendonly:stack"):
        provision(declared, "my.feed", "undeclared")
    assert queryUtility(IAppendStack, name="my.feed") is None


def test_two_structures_of_one_name_are_a_configuration_conflict(portal):
    with pytest.raises(ConfigurationConflictError):
        load('<appendonly:stack name="one" /><appendonly:accumulator name="one" />')


def test_a_stack_without_layers_is_refused_by_the_zcml(portal):
    with pytest.raises(ConfigurationError, match="max_layers"):
        load('<appendonly:stack name="one" max_layers="0" />')


def test_the_product_declares_its_own_structures_the_same_way(portal):
    zcml = collective.appendonly.__path__[0] + "/zcml/configure.zcml"
    with open(zcml) as file:
        assert "<appendonly:stack" in file.read()


def test_an_action_with_a_text_about_its_details(portal):
    load(
        """
        <appendonly:action
            name="fertilized"
            title="Fertilized"
            sentence="${actor} fertilized ${item}"
            details="${grams} g of ${kind}"
            />
        """
    )
    action = getUtility(IActivityAction, "fertilized")
    try:
        assert action.details == "${grams} g of ${kind}"
    finally:
        getGlobalSiteManager().unregisterUtility(action, IActivityAction, "fertilized")
