"""Content types and workflows that are changed, in all ways in which they can be."""

from .expected import entry
from .expected import only
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.recording.sources.writes import process_starts
from collective.appendonly.recording.sources.writes import SCRIPTS
from plone.dexterity.fti import DexterityFTI

import pytest
import transaction


pytestmark = pytest.mark.site_actions

MANAGERS = ("Manager",)
SIMPLE, SINGLE = "simple_publication_workflow", "one_state_workflow"


@pytest.fixture(autouse=True)
def script(site, recorded):
    """Make the thread of the test one in which a script runs."""
    recorded()
    process_starts(None)
    yield
    transaction.manager.unregisterSynch(SCRIPTS)


@pytest.fixture
def rest(clients):
    return clients("rest")


@pytest.fixture
def event_type(site):
    return site.portal_types["Event"]


def about(name="Event", **others):
    return entry("type_changed", "", name, TYPE, MANAGERS, **others)


def workflow(name, old, new):
    values = {"workflow": [old, new]}
    return entry("workflow_changed", "", name, WORKFLOW, MANAGERS, values=values)


TITLE = about(fields=("title",), values={"title": ["Event", "Feast"]})


@pytest.mark.filterwarnings("ignore:Content-Type header found in a 204")
@pytest.mark.parametrize("door", ["attribute", "property", "rest"])
def test_a_title(rest, event_type, door, recorded):
    if door == "attribute":
        event_type.title = "Feast"
    elif door == "property":
        event_type.manage_changeProperties(title="Feast")
    else:
        rest._send("patch", "", "@controlpanels/dexterity-types/Event", title="Feast")
    assert recorded() == only(TITLE)


def test_a_title_that_is_set_again(event_type, recorded):
    event_type.manage_changeProperties(title=event_type.title)
    event_type._p_changed = True
    assert recorded() == []


def test_behaviors_in_the_form(classic, site, recorded):
    """The form fires an event whose object breaks when it is asked for an attribute."""
    classic.open("", "dexterity-types/Document/@@behaviors")
    classic.browser.getControl(name="form.widgets.plone.leadimage:list").value = [
        "selected"
    ]
    classic.fill("apply")
    assert recorded() == only(
        about(
            "Document",
            fields=("behaviors",),
            values={"behaviors": [[], ["plone.leadimage"]]},
        )
    )


def test_behaviors_in_another_order(event_type, recorded):
    event_type.behaviors = list(reversed(event_type.behaviors))
    assert recorded() == []


@pytest.mark.filterwarnings("ignore:Content-Type header found in a 204")
def test_a_field(rest, site, recorded, new_schema):
    """The schema is longer than what is stored."""
    rest._send("post", "", "@types/Event", factory="Text line (String)", title="Tea")
    assert recorded() == only(about(fields=("model_source",)))
    rest._send("delete", "", "@types/Event/tea")
    assert recorded() == only(about(fields=("model_source",)))


def test_a_new_type_and_its_removal(classic, site, recorded):
    classic.open("", "dexterity-types/@@add-type")
    classic.fill("add", title="Plant", id="plant")
    assert recorded() == only(about("plant", details={"added": True}))
    site.portal_types.manage_delObjects(["plant"])
    assert recorded() == only(about("plant", details={"removed": True}))


def test_a_type_that_comes_and_goes(site, recorded):
    site.portal_types._setObject("plant", DexterityFTI("plant"))
    site.portal_types.manage_delObjects(["plant"])
    assert recorded() == []


def test_the_control_panel_of_types(classic, site, recorded):
    """It writes the type and two settings whenever it is saved."""

    def save(**values):
        classic.open("", "@@content-controlpanel?type_id=Event")
        for name, value in values.items():
            classic.browser.getControl(name=name).value = value
        if "new_workflow" in values:
            # Only then the form asks for the new states.
            classic.browser.followRedirects = True
            classic.browser.getControl(name="form.button.SelectWorkflow").click()
        classic.browser.getControl(name="form.button.Save").click()

    save()
    recorded()
    save()
    assert recorded() == []
    save(searchable=[])
    setting = "plone.types_not_searched"
    [change_set] = recorded()
    [changed] = change_set["entries"]
    assert (changed["title"], changed["portal_type"]) == (setting, SETTING)
    assert changed["values"] == {setting: [[], ["Event"]]}
    save(new_workflow=[SINGLE])
    assert recorded() == only(workflow("Event", SIMPLE, SINGLE))


def test_the_workflow_of_a_type(site, recorded):
    site.portal_workflow.setChainForPortalTypes(["Event"], [SINGLE])
    assert recorded() == only(workflow("Event", SIMPLE, SINGLE))
    site.portal_workflow.setChainForPortalTypes(["Event"], [])
    assert recorded() == only(workflow("Event", SINGLE, ""))
    site.portal_workflow.setChainForPortalTypes(["Event"], [SIMPLE])
    assert recorded() == only(workflow("Event", "", SIMPLE))
    # The default one is the same.
    del site.portal_workflow._chains_by_type["Event"]
    assert recorded() == []


def test_the_workflow_of_all_types_that_have_none_of_their_own(site, recorded):
    site.portal_workflow.setDefaultChain(SINGLE)
    assert recorded() == only(workflow("(Default)", SIMPLE, SINGLE))


@pytest.mark.parametrize("action", ["type_changed", "workflow_changed"])
def test_excluded(site, event_type, left_out, recorded, action):
    left_out(action)
    recorded()
    event_type.title = "Feast"
    site.portal_workflow.setChainForPortalTypes(["Event"], [SINGLE])
    [expected] = {
        "type_changed": [workflow("Event", SIMPLE, SINGLE)],
        "workflow_changed": [TITLE],
    }[action]
    assert recorded() == only(expected)
