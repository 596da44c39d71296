"""Editors use the block, and managers the settings, in Volto's forms."""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from playwright.sync_api import expect
from plone import api
from tests.volto.people import log_in
from tests.volto.people import ready
from tests.volto.people import sentences

import pytest
import transaction


pytestmark = pytest.mark.volto

SAVE = "#toolbar-save"


def test_an_editor_saves_a_page_and_sees_the_edit_at_once(
    garden, configure, page, address, problems
):
    configure(viewlet_places=("pages", "folders"))
    log_in(page, address, "jane")
    page.goto(f"{address}/the-garden/fees")
    ready(page)
    page.get_by_role("link", name="Edit", exact=True).click()
    title = page.locator(".block.title [contenteditable]")
    title.click()
    page.keyboard.press("End")
    page.keyboard.type(" and prices")
    page.locator(SAVE).click()
    expect(page).to_have_url(f"{address}/the-garden/fees")
    expect(sentences(page, ".activity-recent").first).to_have_text(
        "Jane Miller edited Page Fees and prices"
    )
    assert problems == []


def test_an_editor_adds_the_block_and_chooses_what_it_lists(
    garden, add, page, address, problems
):
    add("News")
    log_in(page, address, "jane")
    page.goto(f"{address}/news/edit")
    page.locator(".block.slate [contenteditable]").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    texts = page.locator(".block-editor-slate [contenteditable]")
    expect(texts).to_have_count(2)
    expect(texts.last).to_be_focused()
    page.keyboard.type("/recent")
    expect(page.locator(".power-user-menu")).to_be_visible()
    page.keyboard.press("Enter")
    block = page.locator(".block.recentActivity").first
    expect(block.get_by_role("heading", name="Recent activity")).to_be_visible()

    sidebar = page.locator("#sidebar")
    sidebar.get_by_label("Heading").fill("What is new")
    sidebar.get_by_label("Number of changes to show").fill("2")
    sidebar.get_by_text("Only changes by others").click()
    expect(block.get_by_role("heading", name="What is new")).to_be_visible()
    page.locator(SAVE).click()
    expect(page).to_have_url(f"{address}/news")
    shown = page.get_by_role("region", name="What is new")
    expect(shown).to_contain_text("No recent activity you can see.")
    expect(shown.get_by_role("link", name="All activity")).to_have_attribute(
        "href", "/news/@@activity?by=others"
    )

    log_in(page, address, "tom")
    page.goto(f"{address}/news")
    expect(sentences(page, ".block.recentActivity")).to_have_text(
        ["Jane Miller edited Page News", "Jane Miller created and published Page News"]
    )
    assert problems == []


def test_a_manager_changes_the_settings(garden, page, address, problems):
    log_in(page, address, "jane")
    page.goto(f"{address}/controlpanel")
    page.get_by_role("link", name="Recent activity").click()
    expect(page).to_have_url(f"{address}/controlpanel/activity")
    expect(page.get_by_text("and press Enter after each")).to_have_count(2)
    paths = page.locator("#field-paths_left_out input")
    for path in ("/news/archive", "/drafts"):
        paths.fill(path)
        paths.press("Enter")
    page.locator(SAVE).click()
    expect(page.get_by_text("Changes saved.")).to_be_visible()
    transaction.begin()
    # The request of the test remembers values.
    records = api.portal.get_tool("portal_registry").records
    record = records[f"{SETTINGS_PREFIX}.paths_left_out"]
    assert record.value == ("/news/archive", "/drafts")
    assert problems == []
