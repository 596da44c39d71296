"""The note about what to do next, which a new site shows its administrators."""

from collective.appendonly.controlpanel.welcome import WELCOME
from collective.appendonly.recording import recording_suspended
from lxml import html
from plone import api
from plone.app.testing import applyProfile
from plone.base.utils import get_installer
from tests.product.people import PASSWORD
from tests.product.services.openapi import check
from urllib.parse import urlencode
from zope.annotation.interfaces import IAnnotations
from ZPublisher.utils import basic_auth_encode

import pytest
import transaction


pytestmark = pytest.mark.whole_pages

PACKAGE = "collective.appendonly"
ADD_ONS = "/prefs_install_products_form"
SETTINGS = "/@@activity-controlpanel"
PAGES = [ADD_ONS, SETTINGS]


def notes(browser):
    """Return the notes on the page, as the lists of their links."""
    found = html.fromstring(browser.contents).cssselect("#activity-welcome")
    return [
        [link.get("href").rpartition("/")[2] for link in note.cssselect("a")]
        for note in found
    ]


NOTE = ["@@activity", "@@activity-backfill", "@@activity-controlpanel"]


@pytest.fixture
def manager(person):
    """A user who can install add-ons, which site administrators cannot."""
    return person("eve", "Manager")


@pytest.mark.parametrize("path", PAGES)
def test_a_manager_sees_it_once(manager, browse, changed, path):
    browse("/@@overview-controlpanel", manager)
    changed.clear()
    browser = browse(path, manager)
    assert notes(browser) == [NOTE]
    assert "Changes are recorded from now on" in browser.contents
    assert changed == []


def test_a_site_administrator_sees_it_in_the_settings(ada, browse):
    assert notes(browse(SETTINGS, ada)) == [NOTE]


def test_it_only_offers_what_is_left_to_do(portal, ada, browse, service):
    with recording_suspended():
        api.content.create(portal, "Document", "page")
        transaction.commit()
    assert notes(browse(SETTINGS, ada)) == [NOTE]
    browse("/@@activity-backfill", ada).getControl("Start").click()
    left = [link for link in NOTE if link != "@@activity-backfill"]
    assert notes(browse(SETTINGS, ada)) == [left]
    steps = service(ada).json["note"]["steps"]
    urls = [step["@id"].rpartition("/")[2] for step in steps if step["@id"]]
    assert urls == left
    assert "activitylog backfill" not in [step["command"] for step in steps]


def test_its_links_lead_to_pages(ada, browse):
    for link in NOTE:
        assert browse(f"/{link}", ada).headers["status"] == "200 OK"


def test_it_appears_after_clicking_install(portal, manager, browse):
    get_installer(portal).uninstall_product(PACKAGE)
    transaction.commit()
    browser = browse(ADD_ONS, manager)
    assert notes(browser) == []
    [form] = [
        form
        for form in html.fromstring(browser.contents).forms
        if form.action == "install_products" and PACKAGE in form.fields.values()
    ]
    form.make_links_absolute(browser.url)
    browser.post(form.action, urlencode(form.form_values()))
    assert browser.url.endswith(ADD_ONS)
    assert notes(browser) == [NOTE]


def test_it_is_dismissed_for_all(portal, ada, manager, browse):
    browser = browse(ADD_ONS, manager)
    browser.getControl("Dismiss").click()
    assert browser.url == f"{portal.absolute_url()}{SETTINGS}"
    assert browser.headers["status"] == "200 OK"
    for user, path in ((manager, ADD_ONS), (manager, SETTINGS), (ada, SETTINGS)):
        assert notes(browse(path, user)) == []
    # Importing the profile again does not make the site new.
    applyProfile(portal, f"{PACKAGE}:default")
    transaction.commit()
    assert notes(browse(SETTINGS, ada)) == []


def test_dismissing_it_twice_is_no_error(ada, manager, browse):
    first, second = browse(ADD_ONS, manager), browse(SETTINGS, ada)
    for browser in (first, second):
        browser.getControl("Dismiss").click()
        assert browser.headers["status"] == "200 OK"


def is_stored(portal):
    transaction.begin()
    return WELCOME in IAnnotations(portal)


def test_dismissing_it_requires_a_post_with_a_token(portal, ada, browse, changed):
    browser = browse("/@@overview-controlpanel", ada)
    changed.clear()
    url = f"{portal.absolute_url()}/@@activity-welcome"
    browser.open(f"{url}?dismiss=1")
    assert browser.headers["status"].startswith("405")
    assert browser.headers["Allow"] == "POST"
    browser.post(url, "dismiss=1")
    assert browser.headers["status"].startswith("403")
    assert changed == []
    assert is_stored(portal)


@pytest.mark.parametrize("roles", [None, [], ["Editor", "Reviewer", "Contributor"]])
def test_others_neither_see_nor_dismiss_it(portal, person, browse, roles):
    user = None if roles is None else person("mary", *roles)
    for path in ("", *PAGES):
        assert notes(browse(path, user)) == []
    browser = browse("", user)
    browser.post(f"{portal.absolute_url()}/@@activity-welcome", "dismiss=1")
    assert not browser.url.endswith("/@@activity-controlpanel")
    assert is_stored(portal)


def test_other_pages_do_not_show_it(ada, browse):
    for path in ("", "/@@activity", "/@@overview-controlpanel"):
        assert notes(browse(path, ada)) == []


def test_an_upgraded_site_does_not_show_it(portal, ada, browse):
    del IAnnotations(portal)[WELCOME]
    portal.portal_setup.setLastVersionForProfile(f"{PACKAGE}:default", "1005")
    portal.portal_setup.upgradeProfile(f"{PACKAGE}:default")
    transaction.commit()
    assert notes(browse(SETTINGS, ada)) == []


@pytest.fixture
def service(portal, browse):
    """Send a request to the service of the REST API."""
    app = browse("").testapp

    def service(user, method="GET", below="", **headers):
        headers["Accept"] = "application/json"
        if user is not None:
            headers["Authorization"] = basic_auth_encode(user, PASSWORD)
        url = f"{portal.absolute_url()}/@activity-welcome{below}"
        answer = app.request(url, method=method, headers=headers, expect_errors=True)
        check(answer, url, method)
        return answer

    return service


def test_other_programs_read_and_dismiss_it(portal, ada, browse, service, changed):
    [note] = html.fromstring(browse(SETTINGS, ada).contents).cssselect(
        "#activity-welcome"
    )
    texts = [" ".join(step.text_content().split()) for step in note.cssselect("li")]
    changed.clear()
    answer = service(ada)
    site = answer.json["@id"].rpartition("/")[0]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json == {
        "@id": f"{site}/@activity-welcome",
        "note": {
            "title": "Changes are recorded from now on",
            "text": "Recent activity is ready to use. You can do more when you like:",
            "steps": [
                {"@id": page and f"{site}/{page}", "text": text, "command": command}
                for page, text, command in zip(
                    [*NOTE, None, None],
                    texts,
                    [
                        None,
                        "activitylog backfill",
                        None,
                        "activitylog doctor",
                        None,
                    ],
                    strict=True,
                )
            ],
            "dismiss": "Dismiss",
        },
    }
    assert changed == []
    assert service(ada, "DELETE").status_int == 204
    assert not is_stored(portal)
    assert service(ada).json["note"] is None
    assert service(ada, "DELETE").status_int == 204


@pytest.mark.parametrize(
    "below", ["/actions", "/x/y", "?actions:method=x", "/context", "/context/garden"]
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_programs_find_nothing_below_it(portal, ada, service, below, method):
    api.content.create(portal, "Folder", "garden")
    transaction.commit()
    assert service(ada, method, below).status_int == 404
    assert portal.error_log.getLogEntries() == []
    assert is_stored(portal)


def test_other_programs_read_it_in_their_language(ada, service):
    for name, value in {
        "available_languages": ["en", "de"],
        "use_request_negotiation": True,
    }.items():
        api.portal.set_registry_record(f"plone.{name}", value)
    transaction.commit()
    note = service(ada, **{"Accept-Language": "de"}).json["note"]
    assert note["title"] == "Von jetzt an werden Änderungen aufgezeichnet"
    assert note["steps"][0]["text"] == "Aktivitäten ansehen"


@pytest.mark.parametrize("roles", [None, [], ["Editor", "Reviewer", "Contributor"]])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_programs_need_the_permission(portal, person, service, roles, method):
    user = None if roles is None else person("mary", *roles)
    assert service(user, method).status_int == 401
    assert is_stored(portal)


def test_uninstalling_removes_it(portal):
    applyProfile(portal, f"{PACKAGE}:uninstall")
    assert WELCOME not in IAnnotations(portal)
