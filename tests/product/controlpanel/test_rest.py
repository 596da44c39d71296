"""The control panel of the REST API."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.settings import activity_settings

import pytest
import transaction


DEFAULTS = {
    "paths_left_out": [],
    "users_left_out": [],
    "types_left_out": [],
    "silent_changes": True,
    "audience": "members",
    "people_pages": False,
    "viewlet_places": ["folders", "site"],
    "viewlet_lines": 8,
    "digests": True,
    "retention_days": 0,
    "retention_entries": 0,
    "erase_deleted_users": False,
    "window_layers": 2,
    "window_length": 8,
    "actions_left_out": [
        "group_created",
        "group_joined",
        "group_left",
        "group_removed",
        "reordered",
        "user_created",
        "user_removed",
    ],
}


def data(answer):
    """Return the settings in an answer, choices as their tokens, sets sorted."""

    def plain(value):
        if isinstance(value, list):
            return sorted(map(plain, value))
        return value["token"] if isinstance(value, dict) else value

    return {name: plain(value) for name, value in answer.json["data"].items()}


def test_it_is_in_the_list(twin, ada):
    panels = twin(ada).list().json
    [panel] = [panel for panel in panels if panel["title"] == "Recent activity"]
    assert panel["@id"].endswith("/plone/@controlpanels/activity")
    assert panel["group"] == "Add-on Configuration"


def test_it_tells_the_settings_and_what_they_may_be(twin, ada):
    answer = twin(ada).get()
    assert answer.status_int == 200
    assert data(answer) == DEFAULTS
    schema = answer.json["schema"]
    assert [fieldset["title"] for fieldset in schema["fieldsets"]] == [
        "Default",
        "Who sees it, and where",
        "How long it is kept",
        "The stack",
    ]
    assert schema["properties"].keys() == set(IActivitySettings)
    lines = schema["properties"]["viewlet_lines"]
    assert (lines["minimum"], lines["maximum"]) == (1, 50)
    assert schema["properties"]["types_left_out"]["items"]["vocabulary"][
        "@id"
    ].endswith("/@vocabularies/collective.appendonly.types")


def test_it_changes_what_is_sent_and_nothing_else(twin, ada):
    changes = {
        "actions_left_out": ["edited"],
        "types_left_out": ["File", "Plone Site"],
        "paths_left_out": ["/news/archive"],
        "users_left_out": ["robot"],
        "silent_changes": False,
        "audience": "nobody",
        "people_pages": True,
        "viewlet_places": [],
        "viewlet_lines": 50,
        "digests": False,
        "retention_days": 30,
        "retention_entries": 500,
        "erase_deleted_users": True,
        "window_layers": 4,
        "window_length": 2,
    }
    for name, value in changes.items():
        assert twin(ada).patch(**{name: value}).status_int == 204
    assert data(twin(ada).get()) == changes
    assert twin(ada).patch(audience="members", viewlet_lines=5).status_int == 204
    changes.update(audience="members", viewlet_lines=5)
    assert data(twin(ada).get()) == changes


def test_what_it_tells_can_be_sent_back(twin, ada):
    told = twin(ada).get().json["data"]
    assert twin(ada).patch(**told).status_int == 204
    assert data(twin(ada).get()) == DEFAULTS


def test_a_type_that_is_gone_can_be_sent_back_too(twin, ada, configure):
    configure(types_left_out={"Martian"})
    told = twin(ada).get().json["data"]
    assert twin(ada).patch(**told).status_int == 204
    assert data(twin(ada).get()) == DEFAULTS | {"types_left_out": ["Martian"]}


def test_before_an_upgrade_it_asks_for_it(twin, ada, portal):
    del portal.portal_registry.records["collective.appendonly.people_pages"]
    transaction.commit()
    for answer in (twin(ada).get(), twin(ada).patch(viewlet_lines=5)):
        assert answer.status_int == 400
        assert answer.json["message"] == (
            "Upgrade this add-on first, then there will be settings."
        )
    assert "Recent activity" in [panel["title"] for panel in twin(ada).list().json]


def test_one_refusal_refuses_all_that_was_sent(twin, ada):
    assert twin(ada).refusals(viewlet_lines=5, window_layers=1).keys() == {
        "window_layers"
    }
    assert data(twin(ada).get()) == DEFAULTS


@pytest.mark.parametrize(
    "roles", [["Editor", "Reviewer", "Contributor"], ["Site Administrator"], None]
)
def test_who_may_not_reads_and_changes_nothing(twin, person, portal, roles):
    portal.manage_permission("collective.appendonly: Manage activity", ["Manager"])
    transaction.commit()
    twin = twin(None if roles is None else person("mary", *roles))
    for answer in (twin.get(), twin.patch(viewlet_lines=5)):
        assert answer.status_int == 401
        assert "viewlet_lines" not in answer.text
    transaction.begin()
    assert activity_settings().viewlet_lines == 8
    if roles == ["Site Administrator"]:
        # The other panels are still theirs.
        titles = [panel["title"] for panel in twin.list().json]
        assert "Mail" in titles
        assert "Recent activity" not in titles


def test_uninstalling_takes_it_away(twin, ada, portal):
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:uninstall")
    transaction.commit()
    assert twin(ada).get().status_int == 404
    assert "Recent activity" not in twin(ada).list().text
