"""Adding earlier changes from the catalog, in the control panel."""

from collective.appendonly import clock
from collective.appendonly.controlpanel import backfill as page
from collective.appendonly.operations import backfill as operation
from collective.appendonly.operations.filling import BACKFILL
from collective.appendonly.operations.filling import IMPORT
from collective.appendonly.recording import recording_suspended
from datetime import timedelta
from lxml import html
from persistent.mapping import PersistentMapping
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_person
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


PAGES = 12


def fill(portal):
    add_person("ada", "Ada Admin", "Site Administrator")
    with recording_suspended():
        for number in range(PAGES):
            api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()


functional = database_of(site_with(fill))


@pytest.fixture
def browser(browse):
    return browse("/@@activity-backfill", "ada")


@pytest.fixture
def no_time(monkeypatch):
    """Each request does one batch of five."""
    monkeypatch.setattr(page, "SECONDS", 0)
    monkeypatch.setattr(operation.backfill, "__defaults__", (*DEFAULTS[:-1], 5))


DEFAULTS = operation.backfill.__defaults__


def words(browser, selector="#content"):
    found = html.fromstring(browser.contents).cssselect(selector)
    return [" ".join(element.text_content().split()) for element in found]


def buttons(browser):
    return words(browser, "#content-core button")


def recorded(log):
    transaction.begin()
    return [
        (entry.action, entry.path, change_set.backfilled)
        for _, change_set in log.older()
        for entry in change_set.entries
    ][::-1]


CREATED = [("created", f"page-{number}", True) for number in range(PAGES)]


def test_the_control_panel_leads_there(portal, browse):
    browser = browse("/@@activity-controlpanel", "ada")
    browser.getLink("Add earlier changes").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-backfill"
    assert buttons(browser) == ["Start"]
    browser.getLink("Back to the settings").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"


def test_a_small_site_needs_one_click(portal, browser, log):
    browser.getControl("Start").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-backfill"
    [message] = words(browser, ".portalMessage")
    assert message.endswith("Added from the catalog: 12 × created, 0 × edited.")
    assert sorted(recorded(log)) == sorted(CREATED)
    assert buttons(browser) == []
    assert words(browser, ".alert-info")[-1] == (
        "The log already contains the changes from the catalog."
    )
    # Then the control panel does not offer it any more.
    browser.getLink("Back to the settings").click()
    assert words(browser, "#activity-earlier") == []


def test_what_was_recorded_stays_on_top(portal, browser, log):
    with acting("ada"):
        api.content.create(portal, "Document", "new")
    browser.reload()
    browser.getControl("Start").click()
    assert recorded(log)[-1] == ("created", "new", False)
    assert sorted(recorded(log)[:-1]) == sorted(CREATED)


def test_a_larger_site_is_continued(portal, browser, log, no_time):
    seen = []
    browser.getControl("Start").click()
    while "Continue" in buttons(browser):
        assert recorded(log) == []
        seen.append(words(browser, "[role=progressbar]"))
        browser.getControl("Continue").click()
    assert seen == [["41%"], ["83%"]]
    assert sorted(recorded(log)) == sorted(CREATED)
    assert BACKFILL not in IAnnotations(portal)


def test_the_progress_is_shown(browser, no_time):
    browser.getControl("Start").click()
    [message] = words(browser, ".portalMessage")
    assert message.endswith("There is more to do. Continue.")
    assert words(browser, "#activity-backfill-progress") == [
        "Collected so far: 5 × created, 0 × edited."
    ]
    assert buttons(browser) == ["Continue", "Cancel"]


def test_it_can_be_canceled(portal, browser, log, no_time):
    browser.getControl("Start").click()
    browser.getControl("Cancel").click()
    [message] = words(browser, ".portalMessage")
    assert message.endswith("The backfill was canceled. Nothing was added to the log.")
    assert buttons(browser) == ["Start"]
    transaction.begin()
    assert BACKFILL not in IAnnotations(portal)
    browser.getControl("Start").click()
    assert buttons(browser) == ["Continue", "Cancel"]


def test_the_command_can_continue_what_was_begun_here(
    portal, browser, log, no_time, monkeypatch
):
    browser.getControl("Start").click()
    monkeypatch.undo()
    transaction.begin()
    assert operation.backfill(portal) == (PAGES, 0)
    assert sorted(recorded(log)) == sorted(CREATED)
    browser.reload()
    assert buttons(browser) == []


def test_two_windows(browse, browser, log, no_time):
    other = browse("/@@activity-backfill", "ada")
    browser.getControl("Start").click()
    other.getControl("Start").click()
    assert words(other, "[role=progressbar]") == ["83%"]
    browser.getControl("Continue").click()
    other.getControl("Continue").click()
    assert words(other, ".portalMessage")[0].endswith(
        "The log already contains the changes from the catalog."
    )
    assert sorted(recorded(log)) == sorted(CREATED)


def test_a_catalog_without_changes(browser, log, configure):
    configure(types_left_out=("Document",))
    browser.getControl("Start").click()
    [message] = words(browser, ".portalMessage")
    assert message.endswith("The catalog has no changes to add.")
    assert recorded(log) == []


# What is refused


def obstacle(browser):
    assert "Start" not in buttons(browser)
    [text] = words(browser, "#content-core .alert-info")
    return text


def test_an_unfinished_import(portal, browser):
    IAnnotations(portal)[IMPORT] = PersistentMapping()
    transaction.commit()
    browser.getControl("Start").click()
    assert obstacle(browser) == "An import is not finished. Finish it first."


def test_a_log_that_has_discarded_changes(portal, browse, log, configure, monkeypatch):
    now = clock.utc_now()
    for number in range(20):
        monkeypatch.setattr(clock, "utc_now", lambda: now - timedelta(days=400))
        with acting("ada"):
            api.content.create(portal, "Document", f"new-{number}")
    monkeypatch.undo()
    log.archive.discard(1)
    transaction.commit()
    browser = browse("/@@activity-backfill", "ada")
    assert obstacle(browser) == (
        "The log has discarded its oldest changes. Older ones are not added."
    )


def test_what_is_refused_for_ever_is_not_offered(portal, browse, log):
    with acting("ada"):
        for number in range(20):
            api.content.create(portal, "Document", f"new-{number}")
            transaction.commit()
    browser = browse("/@@activity-controlpanel", "ada")
    assert words(browser, "#activity-earlier h2") == ["Earlier changes"]
    log.archive.discard(1)
    transaction.commit()
    browser.reload()
    assert words(browser, "#activity-earlier") == []


def test_it_stays_finished_after_its_changes_are_discarded(portal, browser, log):
    with acting("ada"):
        api.content.create(portal, "Document", "new")
    browser.getControl("Start").click()
    log.stack.prune(log.archive.addLayer)
    log.archive.discard(log.archive.generation)
    transaction.commit()
    browser.getLink("Back to the settings").click()
    assert words(browser, "#activity-earlier") == []


def start_and_discard(portal, browser, log):
    """Begin a backfill below a change of today, and discard this meanwhile."""
    with acting("ada"):
        api.content.create(portal, "Document", "new")
    browser.getControl("Start").click()
    log.stack.prune(log.archive.addLayer)
    log.archive.discard(log.archive.generation + 1)
    transaction.commit()


def test_an_unfinished_one_is_offered_though_changes_are_discarded(
    portal, browser, log, no_time
):
    start_and_discard(portal, browser, log)
    browser.getLink("Back to the settings").click()
    assert words(browser, "#activity-earlier h2") == ["Earlier changes"]
    browser.getLink("Add earlier changes").click()
    assert buttons(browser) == ["Continue", "Cancel"]


def test_a_site_that_is_too_large(browse, monkeypatch):
    monkeypatch.setattr(page, "MOST", PAGES)
    browser = browse("/@@activity-backfill", "ada")
    assert obstacle(browser) == (
        "This site is too large for this page. Use the command line."
    )


def test_a_backfill_that_became_too_large_can_be_canceled(
    browser, no_time, monkeypatch
):
    browser.getControl("Start").click()
    monkeypatch.setattr(page, "MOST", PAGES)
    browser.reload()
    assert buttons(browser) == ["Cancel"]
    browser.getControl("Cancel").click()
    assert buttons(browser) == []


def test_changes_that_are_discarded_meanwhile(portal, browser, log, no_time):
    start_and_discard(portal, browser, log)
    while "Continue" in buttons(browser):
        browser.getControl("Continue").click()
    [message] = words(browser, ".portalMessage")
    assert "The backfill has stopped: The activity log has discarded" in message
    assert buttons(browser) == ["Start"]


def test_a_token_is_required(portal, browser):
    browser.post(browser.url, "run=1")
    assert browser.headers["status"].startswith("403")
    transaction.begin()
    assert BACKFILL not in IAnnotations(portal)


def test_get_writes_nothing(portal, browse, changed):
    browse("/@@activity-controlpanel", "ada")
    changed.clear()
    for query in ("", "?run=1", "?cancel=1"):
        browser = browse(f"/@@activity-backfill{query}", "ada")
        assert browser.headers["status"] == "200 OK"
    assert changed == []
    assert BACKFILL not in IAnnotations(portal)


@pytest.mark.parametrize("roles", [None, [], ["Editor", "Reviewer", "Contributor"]])
def test_it_takes_the_permission_to_manage(portal, person, browse, roles):
    user = None if roles is None else person("mary", *roles)
    browser = browse("/@@activity-backfill", user)
    assert "Add earlier changes" not in browser.contents
    browser.post(f"{portal.absolute_url()}/@@activity-backfill", "run=1")
    transaction.begin()
    assert BACKFILL not in IAnnotations(portal)
