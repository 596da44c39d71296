"""The control panel of Classic UI."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.settings import activity_settings
from lxml import html
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with

import pytest
import transaction


def stored():
    """Return all settings that differ from the defaults."""
    transaction.begin()
    settings = activity_settings()
    return {
        name: getattr(settings, name)
        for name in IActivitySettings
        if getattr(settings, name) != IActivitySettings[name].default
    }


def texts_of(browser, selector):
    """Return the texts of the elements that match *selector*."""
    found = html.fromstring(browser.contents).cssselect(selector)
    return [" ".join(element.text_content().split()) for element in found]


def test_listed_in_site_setup(ada, browse, portal):
    browser = browse("/@@overview-controlpanel", ada)
    browser.getLink("Recent activity").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    assert texts_of(browser, "#content h1") == ["Recent activity"]


def test_fieldsets(form):
    groups = html.fromstring(form.browser.contents).cssselect("fieldset")
    assert {
        group.findtext("legend"): [
            field.get("data-fieldname").removeprefix("form.widgets.")
            for field in group.cssselect("[data-fieldname]")
        ]
        for group in groups
    } == {
        "Recording": [
            "actions_left_out",
            "types_left_out",
            "paths_left_out",
            "users_left_out",
            "silent_changes",
            "record_values",
            "record_client_addresses",
        ],
        "Visibility": [
            "audience",
            "people_pages",
            "viewlet_places",
            "viewlet_lines",
            "digests",
        ],
        "Retention": [
            "retention_days",
            "retention_entries",
            "days_logins_kept",
            "erase_deleted_users",
        ],
        "Stack": ["window_layers", "window_length"],
    }


def test_messages_stay_in_view_and_fields_with_errors_get_the_focus(form):
    focused = "form.pat-formautofocus"
    assert texts_of(form.browser, focused) == []
    form.control("viewlet_lines").value = "51"
    form.save()
    assert len(texts_of(form.browser, focused)) == 1
    form.control("viewlet_lines").value = "50"
    form.save()
    [message] = texts_of(form.browser, "#global_statusmessage .portalMessage")
    assert message.endswith("Changes saved.")
    assert texts_of(form.browser, focused) == []


def test_all_settings_are_saved_and_shown(form):
    form.choices("actions_left_out").value = ["edited", "user_created"]
    form.choices("types_left_out").value = ["File", "Plone Site"]
    form.control("paths_left_out").value = "/news/archive\n/private/"
    form.control("users_left_out").value = "robot\nünal@example.org"
    form.choices("silent_changes").value = []
    form.choices("record_values").value = []
    form.choices("record_client_addresses").value = ["selected"]
    form.control("audience").value = ["everybody"]
    form.choices("people_pages").value = ["selected"]
    form.choices("viewlet_places").value = ["pages"]
    form.control("viewlet_lines").value = "3"
    form.control("retention_days").value = "365"
    form.control("retention_entries").value = "10000"
    form.control("days_logins_kept").value = "7"
    form.choices("erase_deleted_users").value = ["selected"]
    form.control("window_layers").value = "3"
    form.control("window_length").value = "16"
    form.save()
    [message] = texts_of(form.browser, ".portalMessage")
    assert message.endswith("Changes saved.")
    assert stored() == {
        "actions_left_out": ("edited", "user_created"),
        "types_left_out": ("File", "Plone Site"),
        "paths_left_out": ("/news/archive", "/private/"),
        "users_left_out": ("robot", "ünal@example.org"),
        "silent_changes": False,
        "record_values": False,
        "record_client_addresses": True,
        "audience": "everybody",
        "people_pages": True,
        "viewlet_places": ("pages",),
        "viewlet_lines": 3,
        "retention_days": 365,
        "retention_entries": 10000,
        "days_logins_kept": 7,
        "erase_deleted_users": True,
        "window_layers": 3,
        "window_length": 16,
    }
    assert form.choices("types_left_out").value == ["File", "Plone Site"]
    assert form.control("users_left_out").value == "robot\nünal@example.org"
    assert form.control("audience").value == ["everybody"]


def test_saving_unchanged_form(form):
    form.save()
    [message] = texts_of(form.browser, ".portalMessage")
    assert message.endswith("Changes saved.")
    assert stored() == {}


def test_cancel_changes_nothing(form, portal):
    form.control("viewlet_lines").value = "3"
    form.browser.getControl("Cancel").click()
    assert form.browser.url == f"{portal.absolute_url()}/@@overview-controlpanel"
    assert stored() == {}


def test_optional_settings_can_be_emptied(form, configure):
    configure(paths_left_out=("/news",), users_left_out=("robot",))
    form.browser.reload()
    for name in ("actions_left_out", "viewlet_places"):
        form.choices(name).value = []
    for name in ("paths_left_out", "users_left_out"):
        form.control(name).value = ""
    form.save()
    assert stored() == {"actions_left_out": (), "viewlet_places": ()}


def test_white_space_around_lines_is_removed(form):
    form.control("paths_left_out").value = "\n  /news/archive  \n/private\n\n"
    form.save()
    assert stored() == {"paths_left_out": ("/news/archive", "/private")}


def test_submitted_text_is_escaped(form):
    lines = "</textarea><script>alert(1)</script>\n\n&lt;"
    form.send(users_left_out=lines)
    assert form.errors.keys() == {"users_left_out"}
    assert form.control("users_left_out").value == lines
    [field] = html.fromstring(form.browser.contents).cssselect(
        "[data-fieldname='form.widgets.users_left_out']"
    )
    assert field.cssselect("script") == []


def test_missing_content_type_can_be_kept_or_removed(form, portal, configure):
    configure(types_left_out=("File", "Martian"), actions_left_out=("downloaded",))
    form.browser.reload()
    labels = texts_of(form.browser, ".form-check-label")
    assert "Martian (no longer available)" in labels
    assert "downloaded (no longer available)" in labels
    form.control("viewlet_lines").value = "3"
    form.save()
    assert stored() == {
        "types_left_out": ("File", "Martian"),
        "actions_left_out": ("downloaded",),
        "viewlet_lines": 3,
    }
    form.choices("types_left_out").value = ["File"]
    form.save()
    assert stored()["types_left_out"] == ("File",)
    labels = texts_of(form.browser, ".form-check-label")
    assert "Martian (no longer available)" not in labels


def test_missing_content_types_survive_profile_import(portal, configure):
    configure(types_left_out=("Martian",), actions_left_out=("downloaded",))
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:default")
    assert stored() == {
        "types_left_out": ("Martian",),
        "actions_left_out": ("downloaded",),
    }


def test_size_and_age_of_the_log(form, portal, monkeypatch):
    assert texts_of(form.browser, "#content .lead") == [
        "Nothing has been recorded yet. View the activity"
    ]
    for number in range(20):
        api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()
    form.browser.reload()
    [sentence] = texts_of(form.browser, "#content .lead")
    today = api.portal.get_localized_time(datetime=api.portal.get().modified())
    assert sentence == (
        f"Changes in the log: 20, the oldest from {today}. View the activity"
    )
    form.browser.getLink("View the activity").click()
    assert form.browser.url == f"{portal.absolute_url()}/@@activity"


def test_no_link_to_activity_without_access(form, configure):
    configure(audience="nobody")
    form.browser.reload()
    assert texts_of(form.browser, "#content .lead") == [
        "Nothing has been recorded yet."
    ]


def fill(portal):
    for number in range(40):
        api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()


functional = database_of(site_with(fill), needed_by="pages")


@pytest.fixture
def pages(configure):
    """40 pages, one per transaction; the settings retain 20 entries."""
    configure(retention_entries=20)


@pytest.mark.large
def test_maintenance_button(portal, pages, person, browse, log):
    browser = browse("/@@activity-controlpanel", person("max", "Manager"))
    browser.getControl("Run now").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    [message] = texts_of(browser, ".portalMessage")
    assert message.endswith("Change sets discarded: 16; users erased: 0.")
    transaction.begin()
    assert len(log) == 24


@pytest.mark.large
def test_maintenance_requires_token(portal, pages, person, browse, log):
    browser = browse("/@@activity-controlpanel", person("max", "Manager"))
    browser.post(browser.url, "maintain=1")
    assert browser.headers["status"].startswith("403")
    transaction.begin()
    assert len(log) == 40


@pytest.mark.parametrize("roles", [[], ["Editor", "Reviewer", "Contributor"]])
def test_members_and_editors_have_no_access(person, browse, roles):
    browser = browse("/@@activity-controlpanel", person("mary", *roles))
    assert "Insufficient Privileges" in browser.contents
    assert "form.widgets" not in browser.contents


def test_manage_permission_is_required(portal, ada, browse):
    portal.manage_permission("collective.appendonly: Manage activity", ["Manager"])
    transaction.commit()
    browser = browse("/@@activity-controlpanel", ada)
    assert "Insufficient Privileges" in browser.contents
    overview = browse("/@@overview-controlpanel", ada)
    assert "activity-controlpanel" not in overview.contents


def test_pending_upgrade_is_reported(portal, ada, browse):
    del portal.portal_registry.records["collective.appendonly.audience"]
    transaction.commit()
    browser = browse("/@@activity-controlpanel", ada)
    assert browser.url == f"{portal.absolute_url()}/@@overview-controlpanel"
    assert "Run the add-on's upgrade steps before changing its settings." in (
        browser.contents
    )


def test_uninstalling_removes_control_panel(ada, browse, uninstall):
    uninstall()
    assert browse("/@@activity-controlpanel", ada).headers["status"].startswith("404")
    overview = browse("/@@overview-controlpanel", ada)
    assert overview.headers["status"].startswith("200")
    assert "activity-controlpanel" not in overview.contents
