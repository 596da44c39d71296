"""Readers find the activity in Volto: below content, in a block and on pages."""

from playwright.sync_api import expect
from plone import api
from tests.product.people import acting
from tests.volto.people import log_in
from tests.volto.people import ready
from tests.volto.people import sentences
from zope.lifecycleevent import modified

import pytest
import re
import transaction


pytestmark = [pytest.mark.volto, pytest.mark.usefixtures("one_by_one")]

BLOCK = {"@type": "recentActivity", "headline": "What is new", "lines": 3}
PUBLISHED = [
    f"Jane Miller created and published Page {title}"
    for title in ("Pond", "Fees", "Opening hours", "The garden")
]


@pytest.fixture
def edited(garden):
    """The page about fees, after an edit of its title."""
    fees = garden["fees"]
    with acting("jane"):
        fees.title = "Fees and <prices>"
        modified(fees)
    return fees


def test_anonymous_users_see_the_activity_without_javascript(
    garden, add, configure, open_page, address
):
    configure(audience="everybody", viewlet_places=("pages", "folders"))
    api.portal.set_registry_record("plone.allow_anon_views_about", True)
    add("News", blocks=[BLOCK])
    page = open_page(java_script_enabled=False)
    page.goto(f"{address}/news")
    block = page.get_by_role("region", name="What is new")
    expect(block.get_by_role("listitem")).to_have_count(1)
    expect(sentences(page, ".block")).to_have_text(
        ["Jane Miller created and published Page News"]
    )
    expect(block.locator("time")).to_have_text(re.compile(r"UTC$"))
    expect(page.get_by_role("region", name="Recent activity")).to_be_visible()

    page.goto(f"{address}/the-garden/@@activity")
    expect(sentences(page)).to_have_text(PUBLISHED)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Words in the title").fill("fees")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"\?.*text=fees"))
    expect(sentences(page)).to_have_text(PUBLISHED[1:2])
    page.get_by_role("link", name="Clear filters").click()
    expect(sentences(page)).to_have_text(PUBLISHED)
    page.get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity calendar")
    page.locator(".activity-month a").first.click()
    expect(sentences(page)).to_have_text(PUBLISHED)


def test_the_front_page_has_the_activity_by_default(
    garden, page, address, problems, requests
):
    log_in(page, address, "tom")
    page.goto(address)
    ready(page)
    expect(sentences(page, ".activity-recent")).to_have_text(PUBLISHED)
    assert [url for url in requests if "/@activity" in url] == []
    assert problems == []


@pytest.mark.parametrize("width", [1280, 390])
def test_anonymous_users_see_nothing_unless_the_settings_allow_it(
    garden, add, page, address, width
):
    add("News", blocks=[BLOCK])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/news")
    expect(page.get_by_role("heading", level=1)).to_have_text("News")
    expect(page.locator(".activity-recent")).to_have_count(0)
    for path in ("@@activity", "@@activity-calendar", "@@my-activity"):
        response = page.goto(f"{address}/{path}")
        assert response.status == 401
        expect(page.get_by_role("heading", name="Unauthorized")).to_be_visible()


def test_a_member_sees_no_line_about_what_they_cannot_view(garden, page, address):
    log_in(page, address, "tom")
    response = page.goto(f"{address}/the-garden/@@activity")
    expect(sentences(page)).to_have_text(PUBLISHED)
    assert "Accounts" not in response.text()
    log_in(page, address, "jane")
    page.goto(f"{address}/the-garden/@@activity")
    expect(sentences(page).first).to_have_text("Jane Miller created Page Accounts")


def test_pages_hydrate_without_errors_and_ask_for_nothing_twice(
    garden, add, configure, page, address, problems, requests
):
    configure(viewlet_places=("pages", "folders"))
    add("News", blocks=[BLOCK])
    log_in(page, address, "jane")
    for path in (
        "/news",
        "/the-garden/@@activity",
        "/the-garden/@@activity?text=fees&actions=created",
        "/@@activity-calendar",
        "/@@my-activity",
        "/@@activity-of/jane",
        "/@@activity-addresses",
    ):
        requests.clear()
        page.goto(f"{address}{path}")
        ready(page)
        page.wait_for_load_state("networkidle")
        assert len(requests) == len(set(requests)), path
        # The server has asked.
        asked = [url for url in requests if re.search("/@(my-)?activity", url)]
        assert asked == [], path
    assert problems == []


def test_times_are_those_of_the_reader(garden, open_page, address):
    page = open_page(timezone_id="Asia/Tokyo", java_script_enabled=True)
    log_in(page, address, "jane")
    page.goto(f"{address}/the-garden/@@activity")
    ready(page)
    time = page.locator("#activity-list time").first
    utc, shown = time.get_attribute("datetime"), time.inner_text()
    hour = (int(utc[11:13]) + 9) % 24
    assert re.match(rf"{hour % 12 or 12}:\d\d\s{'PM' if hour >= 12 else 'AM'}$", shown)


def test_a_reader_opens_what_changed_and_compares_versions(
    garden, edited, page, address
):
    log_in(page, address, "jane")
    page.goto(f"{address}/the-garden/@@activity")
    ready(page)
    line = page.locator("#activity-list .activity-line").first
    expect(line.locator(".activity-sentence")).to_have_text(
        "Jane Miller edited Page Fees and <prices>"
    )
    link = line.get_by_role("link", name="Show what changed in “Fees and <prices>”")
    link.click()
    expect(line.locator("ins")).to_have_text("added: and <prices>")
    link.click()
    expect(line.locator("ins")).to_have_count(0)
    line.get_by_role("link", name=re.compile("^Compare versions")).click()
    expect(page).to_have_url(re.compile(r"/the-garden/fees/diff\?one=0&two=1$"))


def test_what_changed_is_a_page_without_javascript(garden, edited, open_page, address):
    page = open_page(java_script_enabled=False)
    log_in(page, address, "jane")
    page.goto(f"{address}/the-garden/@@activity")
    page.get_by_role("link", name=re.compile("^Show what changed")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed")
    expect(page.locator("ins")).to_have_text("added: and <prices>")


def test_a_reader_goes_to_older_activity_and_back(garden, page, address):
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity?b_size=2")
    ready(page)
    page.get_by_role("link", name="Older").click()
    expect(sentences(page)).to_have_text(PUBLISHED[2:])
    page.get_by_role("link", name="Newer").click()
    expect(sentences(page)).to_have_text(PUBLISHED[:2])
    page.go_back()
    expect(sentences(page)).to_have_text(PUBLISHED[2:])


def test_a_reader_filters_and_shares_the_address(garden, page, open_page, address):
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity")
    ready(page)
    page.get_by_text("Filter", exact=True).click()
    page.locator("summary").filter(has_text="Content type").click()
    page.get_by_label("Page", exact=True).check()
    page.get_by_label("Words in the title").fill("pond")
    page.get_by_role("button", name="Apply").click()
    expect(sentences(page)).to_have_text(PUBLISHED[:1])
    other = open_page()
    log_in(other, address, "jane")
    other.goto(page.url)
    expect(sentences(other)).to_have_text(PUBLISHED[:1])
    expect(other.get_by_role("list", name="Active filters")).to_be_visible()


def test_a_reader_is_told_of_new_changes(garden, add, page, address):
    page.clock.install()
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity")
    ready(page)
    for title in ("Compost", "Tools", "Shed"):
        add(title, garden)
    page.clock.fast_forward(31_000)
    button = page.get_by_role("status").get_by_role("button")
    expect(button).to_have_text("3 new changes")
    button.click()
    expect(sentences(page).first).to_have_text(
        "Jane Miller created and published Page Shed"
    )
    expect(sentences(page)).to_have_count(7)
    expect(button).to_have_count(0)


def test_a_reader_opens_the_activity_of_a_page_with_the_toolbar(garden, page, address):
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/pond")
    page.get_by_role("link", name="Activity", exact=True).click()
    expect(page).to_have_url(f"{address}/the-garden/pond/@@activity")
    expect(page.locator(".documentDescription")).to_have_text(
        re.compile("“Pond”, newest first")
    )
    expect(sentences(page)).to_have_text(PUBLISHED[:1])
    page.get_by_role("link", name="Back").click()
    expect(page).to_have_url(f"{address}/the-garden/pond")


def test_a_reader_opens_the_page_of_a_person(garden, configure, page, address):
    configure(people_pages=True)
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity")
    ready(page)
    page.locator("#activity-list").get_by_role("link", name="Jane Miller").first.click()
    expect(page).to_have_url(f"{address}/@@activity-of/jane")
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity of Jane Miller")
    expect(sentences(page)).to_have_text(PUBLISHED)
    assert page.goto(f"{address}/@@activity-of/nobody").status == 404


def test_removed_content_has_no_link(garden, page, address):
    with acting("jane"):
        api.content.delete(garden["pond"])
    transaction.commit()
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity")
    line = page.locator("#activity-list .activity-line").first
    expect(line.locator(".activity-sentence")).to_have_text(
        "Jane Miller removed Page Pond"
    )
    expect(line.get_by_role("link", name="Pond")).to_have_count(0)
