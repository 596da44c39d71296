"""The viewlet shows an edit the next time the page is viewed."""

from playwright.sync_api import expect
from plone import api
from tests.browser.people import log_in
from tests.product.people import add_person

import pytest
import re
import transaction


pytestmark = pytest.mark.browser


@pytest.fixture
def jane(portal):
    add_person("jane", "Jane Miller", "Editor")
    garden = api.content.create(portal, "Folder", "garden", title="The garden")
    # The form would fill in the language.
    api.content.create(
        garden, "Document", "hours", title="Opening hours", language="en"
    )
    api.content.create(garden, "Document", "fees", title="Fees")
    transaction.commit()


def test_an_editor_changes_a_page_and_sees_the_edit_in_the_viewlet(jane, page, address):
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    log_in(page, address, "jane")
    page.goto(f"{address}/garden/hours/edit")
    page.get_by_label("Title").fill("Opening hours in <spring>")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Opening hours in <spring>"
    )

    for path in ("", "/garden"):
        page.goto(f"{address}{path}")
        activity = page.get_by_role("region", name="Recent activity")
        lines = activity.get_by_role("list").first.locator("> li")
        expect(lines).to_have_count(2)
        newest = lines.first
        expect(newest.locator("p").first).to_have_text(
            "Jane Miller edited Page Opening hours in <spring>"
        )
        expect(newest.locator("p").last).to_have_text(
            "Changed: Title · a few seconds ago"
        )
        expect(newest.locator(".rounded-circle")).to_have_text("JM")
        expect(newest.locator("time")).to_have_attribute(
            "title", re.compile(r"^\w{3} \d{2}, \d{4} \d{2}:\d{2} [AP]M$")
        )
        # The fixture created the others in one transaction.
        expect(lines.last.locator("p").first).to_have_text(
            "test_user_1_ created 3 items"
        )

    newest.get_by_role("link", name="Opening hours in <spring>", exact=True).click()
    expect(page).to_have_url(f"{address}/garden/hours")
    page.goto(address)
    page.get_by_role("link", name="All activity").click()
    expect(page).to_have_url(f"{address}/@@activity")
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
    expect(page.locator("#activity-list h2")).to_have_text("Today")
    assert problems == []


def test_an_anonymous_user_sees_no_activity(jane, page, address):
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("activity")).to_have_count(0)
