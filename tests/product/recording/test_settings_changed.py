"""Settings: what users change in control panels, in all ways in which they can."""

from .expected import entry
from .expected import only
from collective.appendonly.entry import SETTING
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.recording import recording_suspended
from plone.registry import field
from plone.registry import Record
from plone.registry.interfaces import IRegistry
from Products.GenericSetup.events import BeforeProfileImportEvent
from Products.GenericSetup.events import ProfileImportedEvent
from zope.component import getUtility
from zope.event import notify

import pytest
import transaction


pytestmark = pytest.mark.site_actions

ADMINISTRATORS = ("Manager", "Site Administrator")
MANAGERS = ("Manager",)


def about(name, principals=ADMINISTRATORS, **others):
    return entry("settings_changed", "", name, SETTING, principals, **others)


def changed(name, old, new, principals=ADMINISTRATORS):
    return about(name, principals, values={name: [old, new]})


def set_record(name, value):
    getUtility(IRegistry)[name] = value


@pytest.fixture
def rest(clients):
    return clients("rest")


@pytest.fixture
def add_record(site):
    """Add a record to the registry, as add-ons do."""

    def add_record(name, kind, value):
        getUtility(IRegistry).records[name] = Record(kind, value)
        transaction.commit()

    return add_record


@pytest.fixture(autouse=True)
def title(site, recorded):
    set_record("plone.site_title", "Garden")
    recorded()


TITLE = changed("plone.site_title", "Garden", "Our Garden")


def by_python(clients):
    set_record("plone.site_title", "Our Garden")


def by_panel_service(clients):
    clients("rest")._send("patch", "", "@controlpanels/site", site_title="Our Garden")


def by_registry_service(clients):
    values = {"plone.site_title": "Our Garden"}
    clients("rest")._send("patch", "", "@registry", **values)


def by_form(clients):
    classic = clients("classic")
    classic.open("", "@@site-controlpanel")
    classic.fill("save", site_title="Our Garden")


@pytest.mark.parametrize(
    "change",
    [
        by_python,
        by_panel_service,
        pytest.param(by_registry_service, marks=pytest.mark.large),
        by_form,
    ],
)
def test_changing_a_setting(clients, change, recorded):
    # The first time that the form is saved, it empties what was never set.
    if change is by_form:
        with recording_suspended():
            by_form(clients)
            set_record("plone.site_title", "Garden")
            transaction.commit()
    change(clients)
    assert recorded() == only(TITLE)


@pytest.mark.parametrize(
    "change", [by_python, by_panel_service, by_registry_service, by_form]
)
@pytest.mark.large
def test_saving_a_setting_unchanged(clients, change, recorded):
    change(clients)
    recorded()
    change(clients)
    assert recorded() == []


def test_a_whole_panel_is_sent_and_one_setting_differs(rest, site, recorded):
    """Volto sends all settings of a panel, and Plone fires an event for each."""
    panel = rest.browser.testapp.get(
        f"{rest.url('')}/@controlpanels/site",
        headers={"Accept": "application/json", "Authorization": rest.credentials},
    ).json["data"]
    rest._send("patch", "", "@controlpanels/site", **panel)
    recorded()
    panel["site_title"] = "Our Garden"
    rest._send("patch", "", "@controlpanels/site", **panel)
    assert recorded() == only(TITLE)


def test_several_settings_in_one_request(rest, recorded):
    changes = {"site_title": "Our Garden", "enable_sitemap": True}
    rest._send("patch", "", "@controlpanels/site", **changes)
    [change_set] = recorded()
    assert sorted(change_set["entries"], key=lambda each: each["title"]) == [
        changed("plone.enable_sitemap", False, True),
        TITLE,
    ]


def test_a_setting_that_changes_twice_has_one_entry(recorded):
    set_record("plone.site_title", "Our")
    set_record("plone.site_title", "Our Garden")
    assert recorded() == only(TITLE)


def test_a_setting_that_changes_back_has_none(recorded):
    set_record("plone.site_title", "Our")
    set_record("plone.site_title", "Garden")
    assert recorded() == []


def test_after_the_rollback_of_a_savepoint(recorded):
    savepoint = transaction.savepoint()
    set_record("plone.site_title", "Our Garden")
    savepoint.rollback()
    set_record("plone.smtp_port", 26)
    assert recorded() == only(changed("plone.smtp_port", 25, 26))


@pytest.mark.parametrize(
    "old, new, expected",
    [
        (None, "", None),
        ("", None, None),
        ("one\r\ntwo", "one\ntwo", None),
        ("a" * 201, "b", {}),
        ("a", "b" * 200, {"values": {"garden.text": ["a", "b" * 200]}}),
    ],
)
def test_text(add_record, recorded, old, new, expected):
    add_record("garden.text", field.Text(required=False), old)
    recorded()
    set_record("garden.text", new)
    assert recorded() == (
        [] if expected is None else only(about("garden.text", MANAGERS, **expected))
    )


def test_of_a_list_what_was_removed_and_added(add_record, recorded):
    lines = field.List(value_type=field.TextLine(), required=False)
    add_record("garden.beds", lines, ["roses", "tulips"])
    recorded()
    set_record("garden.beds", ["tulips", "peas"])
    assert recorded() == only(changed("garden.beds", ["roses"], ["peas"], MANAGERS))
    set_record("garden.beds", ["peas", "tulips"])
    assert recorded() == only(about("garden.beds", MANAGERS))


def test_values_that_are_no_text_are_not_stored(add_record, recorded, stored):
    add_record("garden.logo", field.Bytes(required=False), b"PNGold")
    add_record("garden.map", field.Dict(field.TextLine(), field.TextLine()), {})
    recorded()
    set_record("garden.logo", b"PNGnew")
    set_record("garden.map", {"north": "PNGbed"})
    assert recorded() == only(
        about("garden.logo", MANAGERS), about("garden.map", MANAGERS)
    )
    assert b"PNG" not in stored()


@pytest.mark.parametrize("door", ["python", "rest"])
def test_the_password_of_the_mail_server(rest, door, recorded, stored):
    for secret in ("hunter2", "hunter3"):
        if door == "python":
            set_record("plone.smtp_pass", secret)
        else:
            rest._send("patch", "", "@controlpanels/mail", smtp_pass=secret)
        assert recorded() == only(about("plone.smtp_pass"))
    assert b"plone.smtp_pass" in stored()
    assert b"hunter" not in stored()


@pytest.mark.parametrize(
    "name",
    ["garden.api_key", "garden.SecretWord", "garden.oauth_token", "plone.license_key"],
)
def test_secrets_that_add_ons_keep_in_text(add_record, recorded, stored, name):
    add_record(name, field.TextLine(), "hunter2")
    recorded()
    set_record(name, "hunter3")
    assert recorded() == only(about(name, MANAGERS))
    assert b"hunter" not in stored()


def test_a_password_by_its_field(add_record, recorded, stored):
    add_record("garden.gate", field.Password(), "hunter2")
    recorded()
    set_record("garden.gate", "hunter3")
    assert recorded() == only(about("garden.gate", MANAGERS))
    assert b"hunter" not in stored()


def test_what_users_do_not_change_themselves(add_record, recorded):
    names = [
        "plone.icon.garden",
        "plone.app.querystring.field.bed.title",
        "garden.custom_css_timestamp",
    ]
    for name in names:
        add_record(name, field.TextLine(), "old")
    recorded()
    for name in names:
        set_record(name, "new")
    assert recorded() == []


def test_the_settings_of_the_log_itself(recorded):
    """Otherwise nobody would know who switched it off."""
    name = f"{SETTINGS_PREFIX}.audience"
    set_record(name, "nobody")
    assert recorded() == only(changed(name, "members", "nobody"))


def test_the_permission_of_the_panel_decides_who_sees_it(site, recorded):
    site.manage_permission("Plone Site Setup: Mail", ["Manager", "Reviewer"])
    recorded()
    set_record("plone.smtp_port", 26)
    assert recorded() == only(
        changed("plone.smtp_port", 25, 26, ("Manager", "Reviewer"))
    )


def test_while_a_profile_is_imported_nothing_is_recorded(site, recorded):
    args = site.portal_setup, "profile-garden:default", [], True
    notify(BeforeProfileImportEvent(*args))
    set_record("plone.site_title", "Garden of an add-on")
    notify(ProfileImportedEvent(*args))
    set_record("plone.smtp_port", 26)
    assert recorded() == only(changed("plone.smtp_port", 25, 26))


def test_an_excluded_action_makes_no_note(left_out, recorded, monkeypatch):
    left_out("settings_changed")
    assert recorded() == []
    sources = "collective.appendonly.recording.sources.settings"
    monkeypatch.setattr(f"{sources}.note", None)
    set_record("plone.site_title", "Our Garden")
    assert recorded() == []


def test_suspended(recorded):
    with recording_suspended():
        set_record("plone.site_title", "Our Garden")
    assert recorded() == []
