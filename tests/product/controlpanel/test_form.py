"""The control panel of Classic UI, as people fill it in."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.settings import activity_settings
from lxml import html
from plone import api

import pytest
import transaction


def stored():
    """Return all settings that are not those of a new site."""
    transaction.begin()
    settings = activity_settings()
    return {
        name: getattr(settings, name)
        for name in IActivitySettings
        if getattr(settings, name) != IActivitySettings[name].default
    }


def said(browser, selector):
    """Return the texts of the elements of a page that *selector* finds."""
    found = html.fromstring(browser.contents).cssselect(selector)
    return [" ".join(element.text_content().split()) for element in found]


def test_it_is_among_the_add_ons_in_site_setup(ada, browse, portal):
    browser = browse("/@@overview-controlpanel", ada)
    browser.getLink("Recent activity").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    assert said(browser, "#content h1") == ["Recent activity"]


def test_its_fields_stand_in_four_groups(form):
    groups = html.fromstring(form.browser.contents).cssselect("fieldset")
    assert {
        group.findtext("legend"): [
            field.get("data-fieldname").removeprefix("form.widgets.")
            for field in group.cssselect("[data-fieldname]")
        ]
        for group in groups
    } == {
        "What is recorded": [
            "actions_left_out",
            "types_left_out",
            "paths_left_out",
            "users_left_out",
            "silent_changes",
        ],
        "Who sees it, and where": [
            "audience",
            "people_pages",
            "viewlet_places",
            "viewlet_lines",
            "digests",
        ],
        "How long it is kept": [
            "retention_days",
            "retention_entries",
            "erase_deleted_users",
        ],
        "The stack": ["window_layers", "window_length"],
    }


def test_every_setting_can_be_changed_and_is_shown_when_one_comes_back(form):
    form.choices("actions_left_out").value = ["edited", "user_created"]
    form.choices("types_left_out").value = ["File", "Plone Site"]
    form.control("paths_left_out").value = "/news/archive\n/private/"
    form.control("users_left_out").value = "robot\nünal@example.org"
    form.choices("silent_changes").value = []
    form.control("audience").value = ["everybody"]
    form.choices("people_pages").value = ["selected"]
    form.choices("viewlet_places").value = ["pages"]
    form.control("viewlet_lines").value = "3"
    form.control("retention_days").value = "365"
    form.control("retention_entries").value = "10000"
    form.choices("erase_deleted_users").value = ["selected"]
    form.control("window_layers").value = "3"
    form.control("window_length").value = "16"
    form.save()
    [message] = said(form.browser, ".portalMessage")
    assert message.endswith("Changes saved.")
    assert stored() == {
        "actions_left_out": {"edited", "user_created"},
        "types_left_out": {"File", "Plone Site"},
        "paths_left_out": ("/news/archive", "/private/"),
        "users_left_out": ("robot", "ünal@example.org"),
        "silent_changes": False,
        "audience": "everybody",
        "people_pages": True,
        "viewlet_places": {"pages"},
        "viewlet_lines": 3,
        "retention_days": 365,
        "retention_entries": 10000,
        "erase_deleted_users": True,
        "window_layers": 3,
        "window_length": 16,
    }
    assert set(form.choices("types_left_out").value) == {"File", "Plone Site"}
    assert form.control("users_left_out").value == "robot\nünal@example.org"
    assert form.control("audience").value == ["everybody"]


def test_saving_it_unchanged_changes_nothing(form):
    form.save()
    [message] = said(form.browser, ".portalMessage")
    assert message.endswith("Changes saved.")
    assert stored() == {}


def test_cancelling_changes_nothing(form, portal):
    form.control("viewlet_lines").value = "3"
    form.browser.getControl("Cancel").click()
    assert form.browser.url == f"{portal.absolute_url()}/@@overview-controlpanel"
    assert stored() == {}


def test_everything_that_may_be_empty_can_be_emptied(form, configure):
    configure(paths_left_out=("/news",), users_left_out=("robot",))
    form.browser.reload()
    for name in ("actions_left_out", "viewlet_places"):
        form.choices(name).value = []
    for name in ("paths_left_out", "users_left_out"):
        form.control(name).value = ""
    form.save()
    assert stored() == {"actions_left_out": set(), "viewlet_places": set()}


def test_blanks_around_lines_and_below_them_are_dropped(form):
    form.control("paths_left_out").value = "\n  /news/archive  \n/private\n\n"
    form.save()
    assert stored() == {"paths_left_out": ("/news/archive", "/private")}


def test_what_was_sent_is_shown_as_text(form):
    lines = "</textarea><script>alert(1)</script>\n\n&lt;"
    form.send(users_left_out=lines)
    assert form.errors.keys() == {"users_left_out"}
    assert form.control("users_left_out").value == lines
    [field] = html.fromstring(form.browser.contents).cssselect(
        "[data-fieldname='form.widgets.users_left_out']"
    )
    assert field.cssselect("script") == []


def test_a_type_that_is_gone_can_stay_or_be_taken_out(form, portal, configure):
    configure(types_left_out={"File", "Martian"}, actions_left_out={"downloaded"})
    form.browser.reload()
    assert "Martian (no longer there)" in said(form.browser, ".form-check-label")
    assert "downloaded (no longer there)" in said(form.browser, ".form-check-label")
    form.control("viewlet_lines").value = "3"
    form.save()
    assert stored() == {
        "types_left_out": {"File", "Martian"},
        "actions_left_out": {"downloaded"},
        "viewlet_lines": 3,
    }
    form.choices("types_left_out").value = ["File"]
    form.save()
    assert stored()["types_left_out"] == {"File"}
    assert "Martian (no longer there)" not in said(form.browser, ".form-check-label")


def test_types_that_are_gone_survive_the_profile(portal, configure):
    configure(types_left_out={"Martian"}, actions_left_out={"downloaded"})
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:default")
    assert stored() == {
        "types_left_out": {"Martian"},
        "actions_left_out": {"downloaded"},
    }


def test_it_tells_how_much_there_is_and_how_old_it_is(form, portal, monkeypatch):
    assert said(form.browser, "#content .lead") == [
        "Nothing has been recorded yet. See the activity"
    ]
    for number in range(20):
        api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()
    form.browser.reload()
    [sentence] = said(form.browser, "#content .lead")
    today = api.portal.get_localized_time(datetime=api.portal.get().modified())
    assert sentence == (
        f"Changes on the log: 20, the oldest of {today}. See the activity"
    )
    form.browser.getLink("See the activity").click()
    assert form.browser.url == f"{portal.absolute_url()}/@@activity"


def test_it_leads_nobody_to_activity_that_nobody_may_read(form, configure):
    configure(audience="nobody")
    form.browser.reload()
    assert said(form.browser, "#content .lead") == ["Nothing has been recorded yet."]


@pytest.fixture
def pages(portal, configure):
    """40 pages that were made one after the other, of which half are to be kept."""
    configure(retention_entries=20)
    for number in range(40):
        api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()


def test_who_may_do_the_maintenance_has_a_button_for_it(
    portal, pages, person, browse, log
):
    browser = browse("/@@activity-controlpanel", person("max", "Manager"))
    browser.getControl("Apply now").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    [message] = said(browser, ".portalMessage")
    assert message.endswith("Change sets discarded: 16; people erased: 0.")
    transaction.begin()
    assert len(log) == 24


def test_without_the_token_of_the_page_it_does_nothing(
    portal, pages, person, browse, log
):
    browser = browse("/@@activity-controlpanel", person("max", "Manager"))
    browser.post(browser.url, "maintain=1")
    assert browser.headers["status"].startswith("403")
    transaction.begin()
    assert len(log) == 40


@pytest.mark.parametrize("roles", [[], ["Editor", "Reviewer", "Contributor"]])
def test_members_and_editors_may_not(person, browse, roles):
    browser = browse("/@@activity-controlpanel", person("mary", *roles))
    assert "Insufficient Privileges" in browser.contents
    assert "form.widgets" not in browser.contents


def test_visitors_are_asked_to_log_in(portal, browse):
    browser = browse("/@@activity-controlpanel")
    assert browser.url.startswith(f"{portal.absolute_url()}/login")


def test_a_site_administrator_without_the_permission_may_not(portal, ada, browse):
    portal.manage_permission("collective.appendonly: Manage activity", ["Manager"])
    transaction.commit()
    browser = browse("/@@activity-controlpanel", ada)
    assert "Insufficient Privileges" in browser.contents
    overview = browse("/@@overview-controlpanel", ada)
    assert "activity-controlpanel" not in overview.contents


def test_a_site_that_waits_for_an_upgrade_says_so(portal, ada, browse):
    del portal.portal_registry.records["collective.appendonly.audience"]
    transaction.commit()
    browser = browse("/@@activity-controlpanel", ada)
    assert browser.url == f"{portal.absolute_url()}/@@overview-controlpanel"
    assert "Upgrade this add-on first, then there will be settings." in (
        browser.contents
    )


def test_uninstalling_takes_it_away(portal, ada, browse):
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:uninstall")
    transaction.commit()
    assert browse("/@@activity-controlpanel", ada).headers["status"].startswith("404")
    overview = browse("/@@overview-controlpanel", ada)
    assert overview.headers["status"].startswith("200")
    assert "activity-controlpanel" not in overview.contents
