"""Finding what others did, in a browser: users by name, and filters that are saved."""

from playwright.sync_api import expect
from plone import api
from tests.browser.people import log_in
from tests.product.people import acting
from tests.product.people import add_person

import pytest
import re


pytestmark = pytest.mark.browser


@pytest.fixture
def garden(portal):
    """A site in which Jane and Tom did something."""
    for user, name in (("jane", "Jane Miller"), ("tom", "Tom Fields")):
        add_person(user, name, "Manager")
        with acting(user):
            api.content.create(portal, "Document", f"by-{user}", title=f"By {name}")
    return portal


def test_a_user_is_found_by_name_and_the_filter_is_saved(garden, page, address):
    log_in(page, address, "jane")
    page.goto(f"{address}/@@activity")
    lines = page.locator("#activity-list ul.list-group > li")
    expect(lines).to_have_count(2)
    page.locator("summary").filter(has_text="Filter").first.click()
    # Patterns are loaded after the page.
    expect(page.locator("#activity-filters .select2-container")).to_be_visible()
    field = page.locator("#activity-filters .select2-input")
    expect(field).to_have_accessible_name("User")
    field.click()
    field.press_sequentially("fields")
    page.locator(".select2-results").get_by_text("Tom Fields").click()
    expect(page.locator("#activity-filters .select2-search-choice")).to_have_text(
        re.compile("Tom Fields")
    )
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"actor=tom\b"))
    expect(lines).to_have_count(1)
    # The name is shown where the id was sent.
    expect(page.locator("#activity-filters .select2-search-choice")).to_have_text(
        re.compile("Tom Fields")
    )

    page.locator("summary").filter(has_text="Save this filter").click()
    page.get_by_label("Name", exact=True).fill("What Tom does")
    page.locator("#activity-save-filter").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Filter saved.")).to_be_visible()
    page.goto(f"{address}/@@my-activity")
    page.get_by_role("link", name="What Tom does").click()
    expect(page).to_have_url(re.compile(r"/@@activity\?actor=tom$"))
    expect(lines).to_have_count(1)


def test_from_a_page_to_its_activity_and_from_a_line_to_its_page(garden, page, address):
    log_in(page, address, "jane")
    page.goto(f"{address}/by-tom")
    page.locator("#contentview-activity a").click()
    expect(page).to_have_url(re.compile("/by-tom/@@activity"))
    page.goto(f"{address}/@@activity")
    page.get_by_role("link", name="All changes to “By Jane Miller”").click()
    expect(page).to_have_url(re.compile("/by-jane/@@activity$"))
