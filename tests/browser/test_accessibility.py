"""Everything that people see is for everybody: WCAG 2.2 AA, as far as a program can tell.

axe-core (https://github.com/dequelabs/axe-core) finds about half of what there is to find. The
rest, what a screen reader says and whether it makes sense, was tried by hand.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from plone import api
from tests.browser.people import log_in
from tests.product.people import PASSWORD
from zope.lifecycleevent import modified

import pytest
import re
import transaction


pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What surrounds the content is Plone's.
CONTENT = "#content"

PAGES = {
    "the home page with its recent activity": ("", "#section-activity"),
    "the activity of the site": ("/@@activity", CONTENT),
    "the activity of a folder, filtered": (
        "/garden/@@activity?actions=edited&text=hours",
        CONTENT,
    ),
    "the activity that nothing fits": ("/@@activity?text=nothing-like-it", CONTENT),
    "a question that makes no sense": ("/@@activity?from=yesterday", CONTENT),
    "a cursor that is none": ("/@@activity?older=gibberish", CONTENT),
    "the calendar": ("/@@activity-calendar", CONTENT),
    "my activity": ("/@@my-activity", CONTENT),
    "the addresses of my feeds": ("/@@activity-addresses", CONTENT),
    # Its tabs are Plone's.
    "the settings": ("/@@activity-controlpanel", f"{CONTENT} fieldset"),
    "the state of the log": ("/@@activity-controlpanel", "#activity-state"),
}


@pytest.fixture
def garden(portal):
    """A site where something of every kind has happened."""
    for user_id, name, role in [
        ("jane", "Jane Miller", "Manager"),
        ("tom", "Tom Fields", "Member"),
    ]:
        api.user.create(
            username=user_id,
            email=f"{user_id}@example.org",
            password=PASSWORD,
            properties={"fullname": name},
            roles=("Member", role),
        )
    with api.env.adopt_user(username="jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        transaction.commit()
        pages = [
            api.content.create(garden, "Document", title=title)
            for title in ("Opening hours", "Fees", "Pond", "Compost", "Tools")
        ]
        transaction.commit()
        for number in range(3):
            pages[0].title = f"Opening hours {number}"
            modified(pages[0])
            transaction.commit()
        for obj in (garden, *pages):
            api.content.transition(obj, "publish")
        transaction.commit()
        api.content.move(pages[1], portal)
        transaction.commit()
        api.content.delete(pages[2])
        transaction.commit()
    return portal


@pytest.fixture
def wrong(page):
    """Return what axe finds wrong in a part of the page, in words."""

    def wrong(part):
        options = {"runOnly": {"type": "tag", "values": RULES}}
        results = Axe().run(page, context=part, options=options)
        assert results.response["passes"], "There is something to look at."
        return [
            f"{violation['id']}: {violation['help']}: {node['html'][:300]}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]

    return wrong


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_wrong(garden, page, address, wrong, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    # Before anything is drawn, or axe would measure colours on their way.
    page.add_init_script(
        f"""new MutationObserver(() => {{
            document.documentElement?.setAttribute("data-bs-theme", "{theme}");
        }}).observe(document, {{childList: true}});"""
    )
    log_in(page, address, "jane")
    found = {}
    for name, (path, part) in PAGES.items():
        page.goto(f"{address}{path}")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        # What is folded up is looked at too.
        page.locator(f"{part}:is(details) > summary").evaluate_all(
            "all => all.forEach(summary => { summary.parentElement.open = true })"
        )
        found[name] = wrong(part)
        # Nobody has to scroll sideways.
        wide = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if wide:
            found[name].append("The page is wider than the screen.")
    assert {name: wrongs for name, wrongs in found.items() if wrongs} == {}


@pytest.mark.parametrize("path", ["/@@activity", "/@@activity-calendar"])
def test_everything_can_be_reached_and_seen_with_the_keyboard(
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
    # Each stop is marked, so that a ring of them is no trap unnoticed.
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
    assert stop is None, "One can leave it again."
    assert reached == wanted
    assert invisible == []


@pytest.fixture
def scriptless(open_page):
    """A page of a browser without scripts."""
    return open_page(java_script_enabled=False)


def test_it_works_without_scripts(garden, scriptless, address):
    page = scriptless
    log_in(page, address, "tom")
    page.goto(f"{address}/garden/@@activity")
    lines = page.locator("#activity-list ul.list-group > li")
    before = lines.count()
    assert before >= 2
    # What is removed is a line without a link.
    removed = lines.filter(has_text="Jane Miller removed")
    expect(removed).to_have_count(1)
    expect(removed.get_by_role("link", name="Pond")).to_have_count(0)

    page.locator("summary").filter(has_text="Filter").first.click()
    page.get_by_label("Words in the title").fill("hours")
    page.get_by_role("button", name="Apply").click()
    # What is said of a page that loads is waited for: a click returns before it is there.
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
