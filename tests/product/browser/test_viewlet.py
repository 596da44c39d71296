"""The published viewlet."""

from collective.appendonly import clock
from collective.appendonly.browser import recent
from collective.appendonly.recording import recording_suspended
from datetime import datetime
from datetime import timezone
from lxml import html
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane

import pytest
import transaction


pytestmark = pytest.mark.whole_pages


def fill(portal):
    add_jane()
    with acting("jane"):
        folder = api.content.create(portal, "Folder", "garden", title="The garden")
    with acting("jane"):
        api.content.create(folder, "Document", "hours", title="Opening hours")
    with acting("jane"):
        api.content.transition(folder, "publish")
    with acting("jane"):
        api.content.transition(folder["hours"], "publish")


functional = database_of(site_with(fill), needed_by="garden")


@pytest.fixture
def garden(portal):
    """A public folder with a public page, created by Jane."""
    return portal["garden"]


PUBLISHED = [
    "Jane Miller published Page Opening hours",
    "Jane Miller published Folder The garden",
]
CREATED = [
    "Jane Miller created Page Opening hours",
    "Jane Miller created Folder The garden",
]


def test_member_sees_public_activity_on_home_page(garden, mary, browse, lines):
    assert lines(browse(user="mary").contents) == PUBLISHED


def test_editor_sees_activity_from_private_state(garden, browse, lines):
    assert lines(browse(user="jane").contents) == PUBLISHED + CREATED


def test_folder_shows_activity_in_and_below_it(
    garden, portal, jane, acting, browse, lines
):
    with acting("jane"):
        api.content.create(portal, "Document", "elsewhere", title="Elsewhere")
    with acting("jane"):
        deeper = api.content.create(garden, "Folder", "roses", title="Roses")
        api.content.create(deeper, "Link", "shop", title="Shop")
    assert lines(browse("/garden/roses", user="jane").contents) == [
        "Jane Miller created 2 items Folder Roses Link Shop"
    ]
    assert lines(browse("/garden", user="jane").contents) == [
        "Jane Miller created 2 items Folder Roses Link Shop",
        *PUBLISHED,
        *CREATED,
    ]


def test_default_page_shows_activity_of_folder(garden, mary, browse, lines):
    with recording_suspended():
        garden.setDefaultPage("hours")
        transaction.commit()
    in_folder = lines(browse("/garden", user="mary").contents)
    assert in_folder == lines(browse("/garden/hours", user="mary").contents)
    assert in_folder == PUBLISHED
    browser = browse("/garden", user="mary")
    assert browser.getLink("All activity").url == f"{garden.absolute_url()}/@@activity"


@pytest.mark.parametrize("path", ["/garden/hours", "/garden/sharing", "/garden/edit"])
def test_no_viewlet_on_other_pages_and_views(garden, browse, path):
    browser = browse(path, user="jane")
    assert browser.headers["status"] == "200 OK"
    assert 'id="section-activity"' not in browser.contents


@pytest.mark.large
@pytest.mark.parametrize(
    "places, paths",
    [
        ((), []),
        (("site",), [""]),
        (("folders",), ["/garden"]),
        (("pages",), ["/garden/hours", "/garden/party"]),
        (
            ("site", "folders", "pages"),
            ["", "/garden", "/garden/hours", "/garden/party"],
        ),
    ],
)
def test_places_setting(garden, acting, browse, configure, places, paths):
    with acting("jane"):
        api.content.create(garden, "Event", "party")
    configure(viewlet_places=places)
    assert [
        path
        for path in ("", "/garden", "/garden/hours", "/garden/party")
        if 'id="section-activity"' in browse(path, user="jane").contents
    ] == paths


def test_page_shows_own_activity(garden, browse, lines, configure):
    configure(viewlet_places=("pages",))
    browser = browse("/garden/hours", user="jane")
    assert lines(browser.contents) == [PUBLISHED[0], CREATED[0]]
    browser.getLink("All activity").click()
    assert browser.url == f"{garden['hours'].absolute_url()}/@@activity"


def test_default_page_counts_as_folder_in_settings(garden, browse, configure):
    garden.setDefaultPage("hours")
    for places, shown in ((("folders",), True), (("site", "pages"), False)):
        configure(viewlet_places=places)
        for path in ("/garden", "/garden/hours"):
            contents = browse(path, user="jane").contents
            assert ('id="section-activity"' in contents) == shown


def test_lines_setting(garden, browse, lines, configure):
    configure(viewlet_lines=3)
    assert lines(browse(user="jane").contents) == [*PUBLISHED, CREATED[0]]
    configure(viewlet_lines=1)
    assert lines(browse(user="jane").contents) == PUBLISHED[:1]


def test_audience_nobody(garden, browse, configure):
    configure(audience="nobody")
    for user in ("jane", None):
        for path in ("", "/garden"):
            assert 'id="section-activity"' not in browse(path, user=user).contents
    assert "Insufficient Privileges" in browse("/@@activity", user="jane").contents
    assert "/login?came_from=" in browse("/@@activity").url


def test_audience_everybody(garden, browse, lines, configure):
    configure(audience="everybody")
    browser = browse()
    public = [
        "Someone published Page Opening hours",
        "Someone published Folder The garden",
    ]
    assert lines(browser.contents) == public
    browser.getLink("All activity").click()
    assert browser.headers["status"] == "200 OK"
    assert lines(browser.contents) == public


def test_no_link_to_private_folder(garden, browse, acting, configure):
    configure(audience="everybody")
    garden.setDefaultPage("hours")
    with acting("jane"):
        api.content.transition(garden, "retract")
    contents = browse("/garden/hours").contents
    assert 'id="section-activity"' in contents
    assert "All activity" not in contents


@pytest.mark.parametrize(
    "settings, path, user",
    [
        ({}, "/garden/hours", "jane"),
        ({}, "/garden", None),
        ({"audience": "nobody"}, "/garden", "jane"),
        ({"viewlet_places": ()}, "/garden", "jane"),
        ({"viewlet_places": ("site",)}, "/garden", "jane"),
    ],
)
def test_hidden_viewlet_does_not_load_the_log(
    garden, browse, loaded, configure, settings, path, user
):
    configure(**settings)
    records = loaded()
    assert browse(path, user=user).headers["status"] == "200 OK"
    assert records == []


def test_viewlet_does_not_load_the_archive(garden, browse, loaded, configure):
    configure(viewlet_lines=3)
    records = loaded()
    assert 'id="section-activity"' in browse("/garden", user="jane").contents
    assert "AppendStack" in records
    assert "ArchiveLayer" not in records


def test_anonymous_user_sees_nothing(garden, browse):
    for path in ("", "/garden"):
        browser = browse(path)
        assert browser.headers["status"] == "200 OK"
        assert "activity" not in browser.contents.lower()


def test_anonymous_user_with_permission_sees_no_names(garden, portal, browse, lines):
    portal.manage_permission("collective.appendonly: View activity", ["Anonymous"])
    transaction.commit()
    assert lines(browse().contents) == [
        "Someone published Page Opening hours",
        "Someone published Folder The garden",
    ]
    assert "jane" not in browse("/@@activity").contents.lower()
    portal.portal_registry["plone.allow_anon_views_about"] = True
    transaction.commit()
    assert lines(browse().contents) == PUBLISHED


def test_no_viewlet_without_activity(portal, mary, browse):
    assert 'id="section-activity"' not in browse(user="mary").contents


@pytest.mark.large
def test_newest_eight_lines_and_link_to_all(
    portal, jane, acting, browse, lines, one_by_one
):
    for number in range(10):
        with acting("jane"):
            api.content.create(portal, "Document", title=f"Page {number}")
    browser = browse(user="jane")
    assert lines(browser.contents) == [
        f"Jane Miller created Page Page {number}" for number in range(9, 1, -1)
    ]
    browser.getLink("All activity").click()
    assert lines(browser.contents) == [
        f"Jane Miller created Page Page {number}" for number in range(9, -1, -1)
    ]


def test_link_to_older_activity_behind_invisible_entries(
    garden, mary, browse, monkeypatch
):
    monkeypatch.setattr(
        recent, "feed", lambda *_, **__: recent.FeedPage(older="somewhere")
    )
    browser = browse(user="mary")
    [section] = html.fromstring(browser.contents).cssselect("#section-activity")
    assert " ".join(section.text_content().split()) == (
        "Recent activity No recent activity you can see. All activity"
    )


def test_titles_are_escaped_and_links_lead_to_existing_content(
    portal, jane, acting, browse, lines
):
    title = "<script>alert('&amp;')</script>"
    with acting("jane"):
        api.content.create(portal, "Document", "bad", title=title)
        api.content.create(portal, "Image", "photo", title='"><img src=x>')
    with acting("jane"):
        api.content.delete(portal["bad"])
    contents = browse(user="jane").contents
    assert lines(contents) == [
        f"Jane Miller removed Page {title}",
        f'Jane Miller created 2 items Page {title} since removed Image "><img src=x>',
    ]
    [section] = html.fromstring(contents).cssselect("#section-activity")
    assert section.cssselect("script, img") == []
    assert [link.get("href") for link in section.cssselect("a")] == [
        # To the view of the image, not to the file.
        f"{portal.absolute_url()}/photo/view",
        f"{portal.absolute_url()}/@@activity",
    ]


def test_times_are_iso_and_in_time_zone_of_site(
    portal, jane, acting, browse, monkeypatch
):
    monkeypatch.setattr(
        clock, "utc_now", lambda: datetime(2026, 11, 23, 20, 30, tzinfo=timezone.utc)
    )
    portal.portal_registry["plone.portal_timezone"] = "Asia/Tokyo"
    with acting("jane"):
        api.content.create(portal, "Document", "page", title="Page")
    [time] = html.fromstring(browse(user="jane").contents).cssselect(
        "#section-activity time"
    )
    assert time.text_content() == "Nov 24, 2026 05:30 AM"
    assert dict(time.attrib) == {
        "class": "pat-display-time",
        "data-pat-display-time": "from-now: true",
        "datetime": "2026-11-23T20:30:00+00:00",
        "title": "Nov 24, 2026 05:30 AM",
    }


def test_error_in_feed_only_affects_viewlet(garden, mary, browse, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the log is broken")

    monkeypatch.setattr(recent, "feed", broken)
    browser = browse("/garden", user="mary")
    assert browser.headers["status"] == "200 OK"
    assert "Opening hours" in browser.contents
    assert "rendering collective.appendonly.activity" in browser.contents
