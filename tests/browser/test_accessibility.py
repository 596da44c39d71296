"""Pages meet WCAG 2.2 AA, as far as axe-core can check it.

axe-core (https://github.com/dequelabs/axe-core) finds about half of all problems. The others, such
as what a screen reader says, were tested by hand.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from plone import api
from tests.browser.people import log_in
from tests.product.people import acting
from tests.product.people import add_person
from zope.lifecycleevent import modified

import pytest
import re


pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Plone renders everything around the content.
CONTENT = "#content"

PAGES = {
    "the front page": ("", "#section-activity"),
    "the activity of the site": ("/@@activity", CONTENT),
    "the filtered activity of a folder": (
        "/garden/@@activity?actions=edited&text=hours",
        CONTENT,
    ),
    "a filter without matches": ("/@@activity?text=nothing-like-it", CONTENT),
    "an invalid filter": ("/@@activity?from=yesterday", CONTENT),
    "an unknown action": ("/@@activity?actions=deleted&actor=tom", CONTENT),
    "the history of a page": ("/garden/@@historyview", "#viewlet-above-content-body"),
    "an invalid cursor": ("/@@activity?older=gibberish", CONTENT),
    "the calendar": ("/@@activity-calendar", CONTENT),
    "my activity": ("/@@my-activity", CONTENT),
    "the personal feed URL": ("/@@activity-addresses", CONTENT),
    # Plone renders the tabs.
    "the settings": ("/@@activity-controlpanel", f"{CONTENT} fieldset"),
    "the log status": ("/@@activity-controlpanel", "#activity-state"),
    "the note of a new site": ("/@@activity-controlpanel", "#activity-welcome"),
}


@pytest.fixture
def garden(portal):
    """A site with activity of each kind."""
    add_person("jane", "Jane Miller", "Manager")
    add_person("tom", "Tom Fields")
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
    with acting("jane"):
        pages = [
            api.content.create(garden, "Document", title=title)
            for title in ("Opening hours", "Fees", "Pond", "Compost", "Tools")
        ]
    for number in range(3):
        with acting("jane"):
            pages[0].title = f"Opening hours {number}"
            modified(pages[0])
    with acting("jane"):
        for obj in (garden, *pages):
            api.content.transition(obj, "publish")
    with acting("jane"):
        api.content.move(pages[1], portal)
    with acting("jane"):
        api.content.delete(pages[2])
    return portal


def violations(page, part):
    """Return the violations that axe finds in a part of the page."""
    options = {"runOnly": {"type": "tag", "values": RULES}}
    results = Axe().run(page, context=part, options=options)
    assert results.response["passes"], "axe found nothing to check."
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:300]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
        # The button of Plone's user field that removes a chosen user has no text.
        if "select2-search-choice-close" not in node["html"]
    ]


def test_pages_are_accessible(garden, page, address):
    log_in(page, address, "jane")
    found = {}
    for name, (path, part) in PAGES.items():
        page.goto(f"{address}{path}")
        # Axe would measure colors in a transition.
        page.add_style_tag(content="* { transition: none !important }")
        # Open collapsed sections, so that axe checks them too.
        page.locator(f"{part}:is(details) > summary").evaluate_all(
            "all => all.forEach(summary => { summary.parentElement.open = true })"
        )
        for width, theme in [(1280, "light"), (390, "dark")]:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(
                "theme => document.documentElement.setAttribute('data-bs-theme', theme)",
                theme,
            )
            found[name, width, theme] = violations(page, part)
            # Pages do not scroll horizontally.
            if page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ):
                found[name, width, theme].append("The page is wider than the screen.")
    assert {case: problems for case, problems in found.items() if problems} == {}


def test_long_words_do_not_make_pages_wider_than_a_phone(garden, page, address):
    word = "Minutes_of_the_annual_general_meeting_" * 4
    add_person("ann", f"Ann-{word}", "Manager")
    with acting("ann"):
        api.content.create(
            garden, "Document", "minutes", title=word, description=word, subject=[word]
        )
    with acting("ann"):
        garden.minutes.title, garden.minutes.description = f"{word}2", f"{word}3"
        modified(garden.minutes)
    log_in(page, address, "jane")
    page.set_viewport_size({"width": 390, "height": 900})
    wider = {}
    for path in (
        f"/@@activity?text={word}",
        f"/@@activity?actions={word}",
        f"/@@activity-calendar?text={word}",
        "/@@activity-of?actor=ann",
        "/@@activity-calendar?actor=ann",
        "/minutes/@@activity",
        "/minutes/@@activity-calendar",
        "/minutes/@@activity-changes?from=0&to=1",
    ):
        page.goto(f"{address}{path}")
        page.locator(f"{CONTENT} details").evaluate_all(
            "all => all.forEach(details => { details.open = true })"
        )
        # Plone shows titles around the content, and a heat map is scrolled on its own.
        wider[path] = page.locator(
            f"{CONTENT} :not([role=region] *):not(.visually-hidden *)"
        ).evaluate_all(
            "all => all.filter(element => element.getBoundingClientRect().right > innerWidth)"
            ".map(element => element.outerHTML.slice(0, 200))"
        )
    assert {path: elements for path, elements in wider.items() if elements} == {}


@pytest.mark.parametrize("path", ["/@@activity", "/@@activity-calendar"])
def test_keyboard_users_reach_every_control_and_see_the_focus(
    garden, page, address, path
):
    log_in(page, address, "jane")
    page.goto(f"{address}{path}")
    wanted = page.locator(
        f"{CONTENT} :is(a[href]:not([tabindex='-1']), button, input:not([type=hidden]), select, summary,"
        " [tabindex='0']):visible"
    ).count()
    assert wanted > 5
    reached, invisible = 0, []
    page.locator(CONTENT).evaluate(
        "element => { element.tabIndex = -1; element.focus(); }"
    )
    # Mark each element, so that a focus loop is noticed.
    for _ in range(wanted * 2):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """selector => {
                const element = document.activeElement;
                if (!element.closest(selector)) return null;
                const first = !element.dataset.reached;
                element.dataset.reached = "yes";
                const style = getComputedStyle(element);
                const seen = style.outlineStyle !== "none" && style.outlineWidth !== "0px"
                    || style.boxShadow !== "none";
                return {first, seen, html: element.outerHTML.slice(0, 200)};
            }""",
            CONTENT,
        )
        if stop is None:
            break
        reached += stop["first"]
        if not stop["seen"]:
            invisible.append(stop["html"])
    assert stop is None, "The focus cannot leave the content."
    assert reached == wanted
    assert invisible == []


@pytest.fixture
def scriptless(open_page):
    """A page in a browser without JavaScript."""
    return open_page(java_script_enabled=False)


def test_a_member_filters_the_activity_without_javascript(garden, scriptless, address):
    page = scriptless
    log_in(page, address, "tom")
    page.goto(f"{address}/garden/@@activity")
    lines = page.locator("#activity-list ul.list-group > li")
    before = lines.count()
    assert before >= 2
    # Removed content has no link.
    removed = lines.filter(has_text="Jane Miller removed")
    expect(removed).to_have_count(1)
    expect(removed.get_by_role("link", name="Pond")).to_have_count(0)

    page.locator("summary").filter(has_text="Filter").first.click()
    page.get_by_label("Words in the title").fill("hours")
    page.get_by_role("button", name="Apply").click()
    # A click returns before the next page is loaded; expect() waits for it.
    expect(page).to_have_url(re.compile("text=hours"))
    expect(page.get_by_role("link", name="Clear filters")).to_be_visible()
    assert 0 < lines.count() < before
    page.get_by_role("link", name="Clear filters").click()
    expect(lines).to_have_count(before)

    page.get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity calendar")
    page.locator("summary").filter(has_text="Table of the days").click()
    page.locator("table a").first.click()
    expect(page).to_have_url(re.compile("from="))
    expect(lines.first).to_be_visible()
