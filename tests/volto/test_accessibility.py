"""Pages in Volto meet WCAG 2.2 AA, as far as axe-core can check it, on desktops and phones."""

from playwright.sync_api import expect
from plone import api
from tests.browser.test_accessibility import violations
from tests.product.people import acting
from tests.volto.people import log_in
from tests.volto.people import ready
from zope.lifecycleevent import modified

import pytest


pytestmark = pytest.mark.volto

# Volto renders everything around it.
CONTENT = "main"
BLOCK = {"@type": "recentActivity"}
PAGES = {
    "a block": ("/news", ".block.recentActivity"),
    "the activity below content": ("/the-garden", ".activity-recent"),
    "the activity of the site": ("/@@activity", CONTENT),
    "the filtered activity of a folder": (
        "/the-garden/@@activity?actions=created&text=hours",
        CONTENT,
    ),
    "a filter without matches": ("/@@activity?text=nothing-like-it", CONTENT),
    "an invalid filter": ("/@@activity?from=yesterday", CONTENT),
    "an invalid cursor": ("/@@activity?older=gibberish", CONTENT),
    "what changed": (
        "/the-garden/fees/@@activity-changes?from=0&to=1",
        CONTENT,
    ),
    "the calendar": ("/@@activity-calendar", CONTENT),
    "my activity": ("/@@my-activity", CONTENT),
    "the page of a person": ("/@@activity-of/jane", CONTENT),
    "the personal feed URL": ("/@@activity-addresses", CONTENT),
    "the page to unsubscribe": ("/@@activity-unsubscribe?key=x", CONTENT),
}


@pytest.fixture
def site(garden, add, configure):
    configure(viewlet_places=("pages", "folders"))
    add("News", blocks=[BLOCK])
    with acting("jane"):
        garden["fees"].title = "Fees and prices"
        modified(garden["fees"])


def test_pages_are_accessible(site, page, address):
    log_in(page, address, "jane")
    found = {}
    for name, (path, part) in PAGES.items():
        page.goto(f"{address}{path}")
        ready(page)
        page.wait_for_load_state("networkidle")
        page.add_style_tag(content="* { transition: none !important }")
        # Open collapsed sections, so that axe checks them too.
        page.locator(f"{part} details > summary").evaluate_all(
            "all => all.forEach(summary => { summary.parentElement.open = true })"
        )
        page.wait_for_load_state("networkidle")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found[name, width] = violations(page, part)
            # Pages do not scroll horizontally.
            if page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ):
                found[name, width].append("The page is wider than the screen.")
    assert {case: problems for case, problems in found.items() if problems} == {}


def test_long_words_do_not_make_pages_wider_than_a_phone(site, garden, page, address):
    word = "Donaudampfschifffahrtsgesellschaft" * 3
    with acting("jane"):
        for content in (garden, garden["fees"]):
            content.title = word
            modified(content)
        api.user.get("jane").setMemberProperties({"fullname": word[:90]})
    log_in(page, address, "jane")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{address}/the-garden/@@activity?text={word}")
    ready(page)
    page.get_by_text("Email digest").click()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_text("You have subscribed.")).to_be_visible()
    page.get_by_text("Save this filter").click()
    page.get_by_label("Name", exact=True).fill(word[:100])
    page.locator("button:visible").get_by_text("Save", exact=True).first.click()
    expect(page.get_by_text("Filter saved.")).to_be_visible()
    wide = {None: too_wide(page)}
    for path in (
        "/the-garden",
        "/the-garden/@@activity",
        "/the-garden/@@activity-calendar",
        "/the-garden/fees/@@activity-changes?from=0&to=1",
        "/@@my-activity",
        "/@@activity-of/jane",
    ):
        page.goto(f"{address}{path}")
        ready(page)
        wide[path] = too_wide(page)
    assert {path: found for path, found in wide.items() if found} == {}


def too_wide(page):
    """Return what of the add-on is beyond the right edge of the screen."""
    return page.locator(":is(.activity-page, .activity-recent) *").evaluate_all(
        """all => all
            .filter(each => !each.closest(".activity-hidden"))
            .filter(each => each.getBoundingClientRect().right > innerWidth)
            .map(each => each.outerHTML.slice(0, 100))"""
    )


@pytest.mark.parametrize("path", ["/@@activity", "/@@activity-calendar"])
def test_keyboard_users_reach_every_control_and_see_the_focus(
    site, page, address, path
):
    log_in(page, address, "jane")
    page.goto(f"{address}{path}")
    ready(page)
    page.locator(f"{CONTENT} details > summary").evaluate_all(
        "all => all.forEach(summary => { summary.parentElement.open = true })"
    )
    controls = page.locator(
        f"{CONTENT} :is(a[href], button, input:not([type=hidden]), select, summary):visible"
    )
    page.wait_for_load_state("networkidle")
    wanted = controls.count()
    assert wanted > 5
    page.locator(CONTENT).evaluate(
        "element => { element.tabIndex = -1; element.focus() }"
    )
    invisible = []
    for _ in range(wanted * 2):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """selector => {
                const element = document.activeElement;
                if (!element.closest(selector)) return null;
                element.dataset.reached = "";
                const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(element);
                return {
                    html: element.outerHTML.slice(0, 200),
                    seen: (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none",
                };
            }""",
            CONTENT,
        )
        if stop is None:
            break
        if not stop["seen"]:
            invisible.append(stop["html"])
    # Arrow keys lead from one radio button to the others.
    missed = page.locator(
        f"{CONTENT} :is(a[href], button, input:not([type=hidden]):not([type=radio]),"
        " select, summary):not([data-reached]):visible"
    )
    expect(missed).to_have_count(0)
    assert invisible == []
    expect(controls.first).to_be_visible()
