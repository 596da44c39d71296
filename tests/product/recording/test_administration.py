"""Portlets and rules are not recorded, nor are settings, add-ons and types that a site excludes."""

from .expected import change
from .expected import entry
from .expected import PUBLISHED
from plone import api
from plone.app.contentrules.actions.workflow import WorkflowAction
from plone.app.contentrules.rule import Rule
from plone.app.dexterity.browser.behaviors import BehaviorConfigurationAdapter
from plone.app.portlets.portlets import search
from plone.app.portlets.utils import assignment_mapping_from_key
from plone.contentrules.engine.assignments import RuleAssignment
from plone.contentrules.engine.interfaces import IRuleAssignmentManager
from plone.contentrules.engine.interfaces import IRuleStorage
from plone.portlets.constants import CONTEXT_CATEGORY
from plone.registry.interfaces import IRegistry
from types import SimpleNamespace
from zope.component import getUtility
from zope.event import notify
from zope.lifecycleevent import modified
from zope.lifecycleevent import ObjectMovedEvent
from zope.lifecycleevent.interfaces import IObjectAddedEvent

import pytest


@pytest.fixture
def rest(clients):
    return clients("rest")


# Settings


def test_setting_a_registry_record(site, recorded):
    api.portal.set_registry_record("plone.site_title", "Our Garden")
    assert recorded() == []


def test_saving_a_control_panel(classic, site, recorded):
    classic.open("", "@@site-controlpanel")
    classic.fill("save", site_title="Our Garden")
    assert api.portal.get_registry_record("plone.site_title") == "Our Garden"
    assert recorded() == []


def test_saving_a_control_panel_through_the_rest_api(rest, site, recorded):
    rest._send("patch", "", "@controlpanels/site", site_title="Our Garden")
    assert api.portal.get_registry_record("plone.site_title") == "Our Garden"
    assert recorded() == []


# Add-ons


def test_installing_and_uninstalling_an_add_on(site, recorded):
    api.addon.install("plone.session")
    assert recorded() == []
    api.addon.uninstall("plone.session")
    assert recorded() == []


# Types


def test_changing_the_behaviors_of_a_type(classic, site, recorded):
    """The form fires an event whose object breaks when it is asked for an attribute."""
    classic.open("", "dexterity-types/Document/@@behaviors")
    classic.browser.getControl(name="form.widgets.plone.leadimage:list").value = [
        "selected"
    ]
    classic.fill("apply")
    assert "plone.leadimage" in site.portal_types["Document"].behaviors
    assert recorded() == []


@pytest.mark.filterwarnings("ignore:Content-Type header found in a 204")
def test_adding_and_removing_a_field_of_a_type(rest, site, recorded, new_schema):
    rest._send("post", "", "@types/Document", factory="Text line (String)", title="Tea")
    assert "tea" in site.portal_types["Document"].lookupSchema()
    assert recorded() == []
    rest._send("delete", "", "@types/Document/tea")
    assert recorded() == []


def test_adding_and_removing_a_type(rest, classic, site, recorded):
    classic.open("", "dexterity-types/@@add-type")
    classic.fill("add", title="Plant", id="plant")
    assert "plant" in site.portal_types
    assert recorded() == []
    site.portal_types.manage_delObjects(["plant"])
    assert recorded() == []


# Portlets


@pytest.mark.parametrize("folder", ["", "news"])
def test_adding_and_removing_a_portlet(site, folder, recorded):
    context = site[folder] if folder else site
    portlets = assignment_mapping_from_key(
        context,
        "plone.leftcolumn",
        CONTEXT_CATEGORY,
        "/".join(context.getPhysicalPath()),
    )
    portlets["search"] = search.Assignment()
    modified(portlets["search"])
    assert recorded() == []
    del portlets["search"]
    assert recorded() == []


# Content rules


@pytest.fixture
def rule(site):
    """A rule that publishes content that is added to ``news``."""
    rule = Rule()
    rule.title, rule.event = "Publish", IObjectAddedEvent
    action = WorkflowAction()
    action.transition = "publish"
    rule.actions.append(action)
    getUtility(IRuleStorage)["publish"] = rule
    IRuleAssignmentManager(site["news"])["publish"] = RuleAssignment("publish")
    return rule


def test_adding_and_removing_a_rule(rule, site, recorded):
    assert recorded() == []
    modified(rule)
    del IRuleAssignmentManager(site["news"])["publish"]
    del getUtility(IRuleStorage)["publish"]
    assert recorded() == []


def test_what_a_rule_does_is_recorded(rule, site, recorded):
    """The actor is the user who started it."""
    recorded()
    page = api.content.create(site["news"], "Document", title="Fence")
    assert api.content.get_state(page) == "published"
    [change_set] = recorded()
    assert change_set == change(
        entry("created transitioned", "news/fence", **PUBLISHED)
    )


# Events about objects that are no content.


class Hostile:
    """Breaks when it is asked for anything."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise KeyError(name)


@pytest.mark.parametrize(
    "make",
    [
        lambda site: Hostile(),
        lambda site: BehaviorConfigurationAdapter(
            SimpleNamespace(fti=site.portal_types["Document"])
        ),
        lambda site: site.portal_types["Document"],
        lambda site: site.portal_workflow["simple_publication_workflow"],
        lambda site: getUtility(IRegistry).records,
        lambda site: None,
    ],
    ids=["hostile", "behaviors", "type", "workflow", "registry", "nothing"],
)
def test_an_event_about_something_else(site, make, recorded):
    modified(make(site))
    assert recorded() == []


def test_a_move_of_something_else(site, recorded):
    notify(ObjectMovedEvent(Hostile(), site, "one", site, "two"))
    assert recorded() == []
