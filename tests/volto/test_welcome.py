"""The note about what to do next, which a new site shows its administrators in Volto."""

from collective.appendonly.controlpanel.welcome import is_new
from collective.appendonly.controlpanel.welcome import welcome
from playwright.sync_api import expect
from tests.browser.test_accessibility import violations
from tests.volto.people import log_in
from tests.volto.people import ready

import pytest
import transaction


pytestmark = pytest.mark.volto

TITLE = "Changes are recorded from now on"
ADD_ONS = "/controlpanel/addons"
SETTINGS = "/controlpanel/activity"


@pytest.fixture
def new(portal, garden):
    """The site is new."""
    welcome(portal)
    transaction.commit()


def test_an_administrator_reads_what_to_do_next_and_dismisses_it(
    portal, new, page, address, problems
):
    log_in(page, address, "jane")
    page.goto(f"{address}{ADD_ONS}")
    ready(page)
    note = page.get_by_role("alert").filter(has_text=TITLE)
    expect(note.get_by_role("listitem")).to_have_text(
        [
            "View the activity",
            "Add earlier changes (activitylog backfill)",
            "Choose what is recorded, who can view it, and how long it is kept",
            "If several servers share the database, check the log status in the settings."
            " (activitylog doctor)",
            "Before you limit what is kept, or members subscribe to digests, have"
            " “activitylog maintain” run every night.",
        ]
    )
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page, ".activity-welcome") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    note.get_by_role("link", name="Choose what is recorded").click()
    expect(page).to_have_url(f"{address}{SETTINGS}")
    note.get_by_role("link", name="View the activity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
    expect(note).to_have_count(0)
    page.goto(f"{address}{SETTINGS}")
    note.get_by_role("button", name="Dismiss").click()
    expect(note).to_have_count(0)
    transaction.begin()
    assert not is_new(portal)
    assert problems == []


def test_a_member_does_not_see_it(portal, new, page, address):
    log_in(page, address, "tom")
    page.goto(f"{address}{SETTINGS}")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(TITLE)).to_have_count(0)
    transaction.begin()
    assert is_new(portal)
