"""The activity of one user, and the links to it."""

from io import BytesIO
from lxml import html
from PIL import Image
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import PASSWORD
from urllib.parse import quote
from urllib.parse import urlencode
from zope.lifecycleevent import modified

import pytest
import transaction


def fill(portal):
    add_jane()
    add_mary()
    with acting("jane"):
        hours = api.content.create(portal, "Document", "hours", title="Hours")
        api.content.transition(hours, "publish")
        hours.manage_setLocalRoles("mary", ["Editor"])
    with acting("mary"):
        hours.description = "From dawn to dusk"
        modified(hours)
    api.content.create(portal, "Document", "secret", title="Secret")
    transaction.commit()
    with acting("jane"):
        api.content.create(portal, "Document", "roses", title="Roses")
        with api.env.adopt_user(username="mary"):
            hours.title = "Opening hours"
            modified(hours)


functional = database_of(site_with(fill), needed_by="garden")


@pytest.fixture
def garden(portal):
    """A public page by Jane, edited by Mary; a private one by Mary; a transaction with both."""
    return portal


def heading(browser):
    """Return the heading and the description."""
    [header] = html.fromstring(browser.contents).cssselect("#content > header")
    return [" ".join(part.text_content().split()) for part in header if part.text]


def user_menu(browser):
    """Return the entries of the user menu, with their URLs."""
    links = html.fromstring(browser.contents).cssselect("#collapse-personaltools a")
    return {" ".join(link.text_content().split()): link.get("href") for link in links}


@pytest.mark.whole_pages
def test_user_menu_links_to_my_activity(garden, portal, browse, lines):
    browser = browse("/hours", "mary")
    assert list(user_menu(browser)) == [
        "Preferences",
        "Dashboard",
        "My activity",
        "Log out",
    ]
    url = user_menu(browser)["My activity"]
    assert url == f"{portal.absolute_url()}/@@my-activity"
    browser.open(url)
    assert browser.headers["status"] == "200 OK"
    assert heading(browser) == [
        "My activity",
        "Your activity on this site, newest first.",
    ]


def test_my_activity_has_only_own_entries(garden, browse, lines):
    assert lines(browse("/@@my-activity", "jane").contents) == [
        "Jane Miller created Page Roses",
        "Jane Miller created and published Page Opening hours",
    ]
    [both] = lines(browse("/@@my-activity", "mary").contents)
    assert both.startswith("Mary Member edited Page Opening hours")
    assert "2 edits" in both


def test_my_activity_can_be_filtered(garden, portal, browse, lines):
    browser = browse("/@@my-activity?actor=jane&text=opening", "mary")
    [both] = lines(browser.contents)
    assert both.startswith("Mary Member edited Page Opening hours")
    browser = browse("/@@my-activity", "jane")
    assert 'name="actor"' not in browser.contents
    browser.getControl("Words in the title").value = "roses"
    browser.getForm(action="@@my-activity").submit()
    assert browser.url.startswith(f"{portal.absolute_url()}/@@my-activity?")
    assert lines(browser.contents) == ["Jane Miller created Page Roses"]
    browser.open(f"{portal.absolute_url()}/@@my-activity?actions=removed")
    assert lines(browser.contents) == []
    browser.getLink("Clear filters").click()
    assert browser.url == f"{portal.absolute_url()}/@@my-activity"
    assert len(lines(browser.contents)) == 2


@pytest.mark.large
def test_my_activity_is_batched(portal, jane, mary, acting, browse, lines, one_by_one):
    for number in range(25):
        with acting("jane"):
            api.content.create(portal, "Document", f"p{number}", title=f"P{number}")
        with acting("mary"), api.env.adopt_roles(["Manager"]):
            api.content.create(portal, "Document", f"q{number}", title=f"Q{number}")
    browser = browse("/@@my-activity", "jane")
    created = [f"Jane Miller created Page P{n}" for n in range(24, -1, -1)]
    assert lines(browser.contents) == created[:20]
    browser.getLink("Older").click()
    assert "/@@my-activity?older=" in browser.url
    assert lines(browser.contents) == created[20:]
    browser.getLink("Newer").click()
    assert lines(browser.contents) == created[:20]


@pytest.mark.parametrize(
    "query", ["older=nonsense", "from=yesterday", "actor=a&actor=b"]
)
def test_invalid_parameters_return_400_and_stay_on_my_activity(
    garden, browse, lines, query
):
    browser = browse(f"/@@my-activity?{query}", "jane")
    assert browser.headers["status"] == "400 Bad Request"
    assert lines(browser.contents) == []
    links = [link.get("href") for link in html.fromstring(browser.contents).iter("a")]
    outputs = [link for link in links if link and "/@@activity-" in link]
    assert outputs != []
    assert [
        link for link in outputs if "actor=jane" not in link and "addresses" not in link
    ] == []


@pytest.mark.parametrize("audience", ["members", "everybody", "nobody"])
def test_anonymous_user_is_asked_to_log_in(garden, portal, browse, configure, audience):
    configure(audience=audience)
    browser = browse("/@@my-activity")
    assert browser.url.startswith(f"{portal.absolute_url()}/login")
    assert "My activity" not in browse("/hours").contents


def test_my_activity_is_not_offered_without_access(garden, browse, configure):
    configure(audience="nobody")
    assert "My activity" not in user_menu(browse("/hours", "jane"))
    assert "Insufficient Privileges" in browse("/@@my-activity", "jane").contents


def test_my_activity_can_be_empty(portal, mary, browse):
    browser = browse("/@@my-activity", "mary")
    assert "You have made no changes to content you can view." in browser.contents


def test_activity_of_another_user(garden, portal, browse, lines):
    browser = browse("/@@activity-of/jane", "mary")
    assert heading(browser) == [
        "Activity of Jane Miller",
        "Activity of Jane Miller on this site, newest first.",
    ]
    published = "Jane Miller created and published Page Opening hours"
    assert lines(browser.contents) == [published]
    assert lines(browse("/@@activity-of/jane", "jane").contents) == [
        "Jane Miller created Page Roses",
        published,
    ]
    browser.getControl("Words in the title").value = "roses"
    browser.getForm(action="@@activity-of").submit()
    assert browser.url.startswith(f"{portal.absolute_url()}/@@activity-of?")
    assert heading(browser)[0] == "Activity of Jane Miller"
    assert lines(browser.contents) == []


def test_portrait(garden, portal, browse):
    def portraits():
        page = html.fromstring(browse("/@@activity-of/jane", "mary").contents)
        return [image.get("src") for image in page.cssselect("#content > header img")]

    assert portraits() == []
    picture = BytesIO()
    Image.new("RGB", (20, 20), "green").save(picture, "PNG")
    picture.seek(0)
    picture.filename = "jane.png"
    portal.portal_membership.changeMemberPortrait(picture, id="jane")
    transaction.commit()
    assert portraits() == [f"{portal.absolute_url()}/portal_memberdata/portraits/jane"]


#: Ids that directories and other sites have given.
UNUSUAL_IDS = [
    pytest.param(user_id, marks=[pytest.mark.slow] if number > 2 else [])
    for number, user_id in enumerate(
        [
            "https://id.example.org//ünal?x=1&y=2#%41",
            "@@x/../y",
            "/x",
            "urn:x/y",
            "50%",
            "a+b c",
            "..",
            "++x++",
            "_x",
            "山田",
            "<b>&amp;",
        ]
    )
]


@pytest.mark.whole_pages
@pytest.mark.parametrize("user_id", UNUSUAL_IDS)
def test_unusual_user_ids(portal, mary, browse, lines, user_id):
    users = portal.acl_users
    users.source_users.addUser(user_id, "login", PASSWORD)
    users.portal_role_manager.assignRoleToPrincipal("Manager", user_id)
    with api.env.adopt_user(user=users.getUserById(user_id)):
        page = api.content.create(portal, "Document", "page", title="Page")
        api.content.transition(page, "publish")
    transaction.commit()
    query = urlencode({"actor": user_id})
    if user_id in ("50%", "a+b c"):
        # Plone's author page takes the id from the path.
        link = browse(f"/author/{quote(user_id)}", "mary").getLink("Activity of this")
        assert link.url == f"{portal.absolute_url()}/@@activity-of?{query}"
    browser = browse(f"/@@activity-of?{query}", "mary")
    line = f"{user_id} created and published Page Page"
    assert heading(browser)[0] == f"Activity of {user_id}"
    assert line in lines(browser.contents)
    browser.getForm(action="@@activity-of").submit()
    assert heading(browser)[0] == f"Activity of {user_id}"
    assert line in lines(browser.contents)


def test_urls_of_the_first_version_lead_to_the_activity_of_a_user(
    garden, browse, lines
):
    browser = browse("/@@activity-of/jane?text=hours", "mary")
    published = "Jane Miller created and published Page Opening hours"
    assert lines(browser.contents) == [published]
    browser.getControl("Words in the title").value = "roses"
    browser.getForm(action="@@activity-of").submit()
    assert heading(browser)[0] == "Activity of Jane Miller"
    assert lines(browser.contents) == []


@pytest.mark.parametrize(
    "query", ["actor=", "actor=a&actor=b", "actor:int=7", "x=jane"]
)
def test_no_page_without_the_id_of_a_user(garden, browse, query):
    assert answer(browse(f"/@@activity-of?{query}", "jane")) == "not-found"


#: The responses for the activity of Jane if only managers can list members. All others get the
#: same response whether a user exists or not.
MATRIX = """
audience  pages names visitor mary      reviewer  manager jane
nobody    no    no    login   refused   refused   refused refused
nobody    yes   yes   login   refused   refused   refused refused
members   no    no    login   not-found not-found shown   shown
members   no    yes   login   not-found not-found shown   shown
members   yes   no    login   shown     shown     shown   shown
members   yes   yes   login   shown     shown     shown   shown
everybody no    no    not-found not-found not-found shown shown
everybody no    yes   not-found not-found not-found shown shown
everybody yes   no    not-found shown   shown     shown   shown
everybody yes   yes   shown   shown     shown     shown   shown
"""
HEADER, *ROWS = [line.split() for line in MATRIX.strip().splitlines()]


def answer(browser):
    """Return a word for the response."""
    if "/login?" in browser.url:
        return "login"
    if browser.headers["status"] == "404 Not Found":
        return "not-found"
    assert browser.headers["status"] == "200 OK"
    if "Insufficient Privileges" in browser.contents:
        return "refused"
    return "shown"


@pytest.mark.large
@pytest.mark.whole_pages
@pytest.mark.parametrize(
    "audience, pages, names, answers", [(*row[:3], row[3:]) for row in ROWS]
)
def test_access_to_activity_of_users(
    garden, portal, person, browse, lines, configure, audience, pages, names, answers
):
    person("reviewer", "", "Reviewer")
    person("manager", "", "Manager")
    portal.manage_permission("List portal members", ["Manager"])
    api.portal.set_registry_record("plone.allow_anon_views_about", names == "yes")
    configure(audience=audience, people_pages=pages == "yes")

    readers = {name: None if name == "visitor" else name for name in HEADER[3:]}
    got = {name: browse("/@@activity-of/jane", user) for name, user in readers.items()}
    assert [answer(browser) for browser in got.values()] == answers
    for browser in got.values():
        if answer(browser) == "shown":
            assert (
                "created and published Page Opening hours"
                in lines(browser.contents)[-1]
            )

    for name, user in readers.items():
        others = {"login": "login", "refused": "refused"}
        for unknown in ("/@@activity-of/nobody-at-all", "/@@activity-of"):
            expected = others.get(answer(got[name]), "not-found")
            assert answer(browse(unknown, user)) == expected

    # The author page links to it if it exists.
    for name, user in readers.items():
        leads = "/@@activity-of?actor=jane" in browse("/author/jane", user).contents
        assert leads == (answer(got[name]) == "shown"), name


def test_denied_access_does_not_reveal_users(garden, portal, mary, browse):
    portal.manage_permission("List portal members", ["Manager"])
    transaction.commit()

    def page(user_id):
        browser = browse(f"/@@activity-of/{user_id}", "mary", Accept="text/html")
        assert browser.headers["status"] == "404 Not Found"
        found = html.fromstring(browser.contents)
        return " ".join(found.text_content().replace(user_id, "").split())

    assert "Miller" not in page("jane")
    assert page("jane") == page("june") != ""


def test_deleted_account(garden, browse):
    api.user.delete(username="jane")
    transaction.commit()
    assert answer(browse("/@@activity-of/jane", "mary")) == "not-found"


@pytest.mark.whole_pages
def test_author_page_links_to_activity(garden, portal, browse):
    browser = browse("/author/jane", "mary")
    browser.getLink("Activity of this user").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-of?actor=jane"
    for path in ("/author", "/author/nobody-at-all"):
        assert "Activity of this user" not in browse(path, "mary").contents


def test_nothing_on_site_without_add_on(garden, browse, uninstall):
    uninstall()
    for path in ("/@@my-activity", "/@@activity-of/jane"):
        assert answer(browse(path, "mary")) == "not-found"
    assert "My activity" not in user_menu(browse("/hours", "jane"))
    assert "activity-of" not in browse("/author/jane", "mary").contents
