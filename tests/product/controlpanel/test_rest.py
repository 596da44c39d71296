"""The control panel of the REST API."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.settings import activity_settings

import pytest
import transaction


DEFAULTS = {
    "paths_left_out": [],
    "users_left_out": [],
    "types_left_out": [],
    "silent_changes": True,
    "record_values": True,
    "record_client_addresses": False,
    "audience": "members",
    "people_pages": False,
    "viewlet_places": ["folders", "site"],
    "viewlet_lines": 8,
    "digests": True,
    "retention_days": 0,
    "retention_entries": 0,
    "days_logins_kept": 30,
    "erase_deleted_users": False,
    "window_layers": 2,
    "window_length": 8,
    "actions_left_out": [
        "group_created",
        "group_joined",
        "group_left",
        "group_removed",
        "logged_in",
        "logged_out",
        "login_failed",
        "reordered",
        "user_created",
        "user_removed",
    ],
}

DEFAULT_VALUES = {name: IActivitySettings[name].default for name in IActivitySettings}


def data(answer):
    """Return the settings in a response, choices as tokens, sets sorted."""

    def plain(value):
        if isinstance(value, list):
            return sorted(map(plain, value))
        return value["token"] if isinstance(value, dict) else value

    return {name: plain(value) for name, value in answer.json["data"].items()}


def test_listed_in_control_panels(rest_api, ada):
    panels = rest_api(ada).list().json
    [panel] = [panel for panel in panels if panel["title"] == "Recent activity"]
    assert panel["@id"].endswith("/plone/@controlpanels/activity")
    assert panel["group"] == "Add-on Configuration"


def test_get_settings_and_schema(rest_api, ada):
    answer = rest_api(ada).get()
    assert answer.status_int == 200
    assert data(answer) == DEFAULTS
    schema = answer.json["schema"]
    assert [fieldset["title"] for fieldset in schema["fieldsets"]] == [
        "Default",
        "Visibility",
        "Retention",
        "Stack",
    ]
    assert schema["properties"].keys() == set(IActivitySettings)
    lines = schema["properties"]["viewlet_lines"]
    assert (lines["minimum"], lines["maximum"]) == (1, 50)
    assert schema["properties"]["types_left_out"]["items"]["vocabulary"][
        "@id"
    ].endswith("/@vocabularies/collective.appendonly.types")


def test_patch_changes_only_sent_settings(rest_api, ada):
    changes = {
        "actions_left_out": ["edited"],
        "types_left_out": ["File", "Plone Site"],
        "paths_left_out": ["/news/archive"],
        "users_left_out": ["robot"],
        "silent_changes": False,
        "record_values": False,
        "record_client_addresses": True,
        "audience": "nobody",
        "people_pages": True,
        "viewlet_places": [],
        "viewlet_lines": 50,
        "digests": False,
        "retention_days": 30,
        "retention_entries": 500,
        "days_logins_kept": 7,
        "erase_deleted_users": True,
        "window_layers": 4,
        "window_length": 2,
    }
    for name, value in changes.items():
        assert rest_api(ada).patch(**{name: value}).status_int == 204
    assert data(rest_api(ada).get()) == changes
    assert rest_api(ada).patch(audience="members", viewlet_lines=5).status_int == 204
    changes.update(audience="members", viewlet_lines=5)
    assert data(rest_api(ada).get()) == changes


def test_round_trip(rest_api, ada):
    settings = rest_api(ada).get().json["data"]
    assert rest_api(ada).patch(**settings).status_int == 204
    assert data(rest_api(ada).get()) == DEFAULTS


def test_round_trip_with_missing_content_type(rest_api, ada, configure):
    configure(types_left_out=("Martian",))
    settings = rest_api(ada).get().json["data"]
    assert rest_api(ada).patch(**settings).status_int == 204
    assert data(rest_api(ada).get()) == DEFAULTS | {"types_left_out": ["Martian"]}


@pytest.fixture
def registry(rest_api, person):
    """The registry in the REST API, for a manager."""
    return rest_api(person("max", "Manager"))


@pytest.mark.parametrize("name", IActivitySettings)
def test_registry_service_returns_each_setting(registry, name):
    answer = registry.get_registry(f"/{SETTINGS_PREFIX}.{name}")
    assert answer.status_int == 200
    value = answer.json
    expected = DEFAULTS[name]
    assert (sorted(value) if isinstance(expected, list) else value) == expected


def test_registry_service_lists_all_settings(registry):
    answer = registry.get_registry(f"?q={SETTINGS_PREFIX}&b_size=100")
    assert answer.status_int == 200
    assert {item["name"]: item["value"] for item in answer.json["items"]} == {
        f"{SETTINGS_PREFIX}.{name}": list(value) if isinstance(value, tuple) else value
        for name, value in DEFAULT_VALUES.items()
    }


def test_registry_service_changes_settings(registry, ada, rest_api):
    changes = {
        "actions_left_out": ["edited", "created"],
        "types_left_out": ["File"],
        "paths_left_out": ["/news/archive"],
        "viewlet_places": [],
    }
    assert registry.patch_registry(**changes).status_int == 204
    for name, value in changes.items():
        assert registry.get_registry(f"/{SETTINGS_PREFIX}.{name}").json == value
    assert data(rest_api(ada).get()) == DEFAULTS | changes | {
        "actions_left_out": ["created", "edited"]
    }


def test_pending_upgrade_is_reported(rest_api, ada, portal):
    del portal.portal_registry.records["collective.appendonly.people_pages"]
    transaction.commit()
    for answer in (rest_api(ada).get(), rest_api(ada).patch(viewlet_lines=5)):
        assert answer.status_int == 400
        assert answer.json["message"] == (
            "Run the add-on's upgrade steps before changing its settings."
        )
    assert "Recent activity" in [panel["title"] for panel in rest_api(ada).list().json]


def test_one_invalid_value_rejects_the_request(rest_api, ada):
    assert rest_api(ada).errors(viewlet_lines=5, window_layers=1).keys() == {
        "window_layers"
    }
    assert data(rest_api(ada).get()) == DEFAULTS


@pytest.mark.parametrize(
    "roles", [["Editor", "Reviewer", "Contributor"], ["Site Administrator"], None]
)
def test_manage_permission_is_required(rest_api, person, portal, roles):
    portal.manage_permission("collective.appendonly: Manage activity", ["Manager"])
    transaction.commit()
    rest_api = rest_api(None if roles is None else person("mary", *roles))
    for answer in (rest_api.get(), rest_api.patch(viewlet_lines=5)):
        assert answer.status_int == 401
        assert "viewlet_lines" not in answer.text
    transaction.begin()
    assert activity_settings().viewlet_lines == 8
    if roles == ["Site Administrator"]:
        # They still have access to the other panels.
        titles = [panel["title"] for panel in rest_api.list().json]
        assert "Mail" in titles
        assert "Recent activity" not in titles


def test_uninstalling_removes_control_panel(rest_api, ada, uninstall):
    uninstall()
    assert rest_api(ada).get().status_int == 404
    assert "Recent activity" not in rest_api(ada).list().text
