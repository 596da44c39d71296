"""Content types with several workflows."""

from .expected import entry
from .expected import only
from .expected import PUBLIC
from collective.appendonly.feed import feed
from collective.appendonly.presentation.lines import Presenter
from Products.DCWorkflow.DCWorkflow import DCWorkflowDefinition
from zope.lifecycleevent import modified

import pytest
import transaction


STATES = {"private": "Not translated", "published": "Translated", "checked": "Checked"}
TRANSITIONS = {
    "translate": "published",
    "check": "checked",
    "withdraw": "private",
}


@pytest.fixture(autouse=True)
def second_workflow(site):
    """Pages have a second workflow, whose states have ids of the first and other titles."""
    workflows = site.portal_workflow
    workflow = DCWorkflowDefinition("translation")
    workflows._setObject("translation", workflow)
    workflow = workflows["translation"]
    workflow.variables.setStateVar("translation_state")
    for name, title in STATES.items():
        workflow.states.addState(name)
        workflow.states[name].setProperties(title, transitions=tuple(TRANSITIONS))
    for name, state in TRANSITIONS.items():
        workflow.transitions.addTransition(name)
        workflow.transitions[name].setProperties(name, state)
    workflow.states.setInitialState("private")
    [first] = workflows.getChainFor("Document")
    workflows.setChainForPortalTypes(["Document"], (first, "translation"))
    transaction.commit()


@pytest.fixture
def labels(site, http_request):
    """Return what is shown about each entry, oldest first."""

    def labels():
        presenter = Presenter(http_request)
        return [presenter.line(item).text for item in feed(site).items[::-1]]

    return labels


@pytest.mark.parametrize(
    "transitions, expected",
    [
        ("check", "changed the state of Party to “Checked”"),
        ("translate", "changed the state of Party to “Translated”"),
        ("translate withdraw", "changed the state of Party to “Not translated”"),
        ("publish", "published Party"),
        ("translate publish retract", "retracted Party"),
    ],
)
def test_the_state_has_the_title_of_its_workflow(page, labels, transitions, expected):
    for transition in transitions.split():
        page.portal_workflow.doActionFor(page, transition)
        transaction.commit()
    assert labels()[-1].endswith(f" {expected}")


BOTH = [
    ("publish", "translate", "private", "published"),
    ("check", "publish", "private", "published"),
    ("publish", "check", "private", "checked"),
]


@pytest.mark.parametrize("first, second, old, new", BOTH)
def test_a_transition_in_each_workflow(page, recorded, first, second, old, new):
    for transition in (first, second):
        page.portal_workflow.doActionFor(page, transition)
    page.reindexObject()
    assert recorded() == only(
        entry(
            "transitioned",
            "news/party",
            principals=PUBLIC,
            transitions=(first, second),
            old_state=old,
            new_state=new,
        )
    )


def test_back_in_one_workflow_and_forth_in_the_other(page, recorded):
    """The former state is one of the workflow that the new state belongs to."""
    page.portal_workflow.doActionFor(page, "translate")
    recorded()
    page.portal_workflow.doActionFor(page, "publish")
    page.portal_workflow.doActionFor(page, "withdraw")
    assert recorded() == only(
        entry(
            "transitioned",
            "news/party",
            principals=PUBLIC,
            transitions=("publish", "withdraw"),
            old_state="published",
            new_state="private",
        )
    )


@pytest.mark.parametrize(
    "is_edited, expected",
    [(True, "changed 2 items"), (False, "submitted 2 items for publication")],
)
def test_one_transition_to_states_with_two_titles(
    site, page, add, labels, is_edited, expected
):
    """A sentence about both would have the state of the first."""
    news = add("news/fence", "News Item")
    site.portal_workflow.setChainForPortalTypes(["Document"], ("translation",))
    workflow = site.portal_workflow["translation"]
    workflow.transitions.addTransition("submit")
    workflow.transitions["submit"].setProperties("submit", "checked")
    workflow.states["private"].transitions += ("submit",)
    transaction.commit()
    for obj in (page, news):
        if is_edited:
            obj.title += "!"
            modified(obj)
        site.portal_workflow.doActionFor(obj, "submit")
    transaction.commit()
    assert labels()[-1].endswith(f" {expected}")
