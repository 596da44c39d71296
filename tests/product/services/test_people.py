"""``@activity-of`` and ``@my-activity``: the activity of one user."""

from plone import api

import pytest


SITE = "http://nohost:80/plone"
JANE = {
    "id": "jane",
    "name": "Jane Miller",
    "initials": "JM",
    "portrait": None,
    "@id": f"{SITE}/@@activity-of/jane",
}


@pytest.fixture
def garden(portal, jane, mary, acting, one_by_one):
    """Two public folders of Jane's and one of Mary's."""
    for user_id, names in {"jane": ("garden", "park"), "mary": ("pond",)}.items():
        for name in names:
            with acting(user_id), api.env.adopt_roles(["Manager"]):
                folder = api.content.create(portal, "Folder", name, title=name.title())
                api.content.transition(folder, "publish")


def summaries(activity):
    return [item["summary"] for item in activity["items"]]


def test_the_activity_of_a_user(garden, ask):
    answer = ask("/++api++/@activity-of/jane?b_size=1&types=Folder&by=others", "mary")
    assert answer.status_int == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    found = answer.json
    assert found["@id"] == f"{SITE}/++api++/@activity-of/jane"
    assert found["person"] == JANE
    activity = found["activity"]
    assert summaries(activity) == ["Jane Miller created and published Park"]
    # All of it is about her, so there is no filter to clear.
    assert activity["filters"] == [{"text": "Folder", "parameters": {}}]
    query = "actor=jane&types=Folder&b_size=1"
    assert activity["@id"] == f"{SITE}/@activity?{query}"
    older = activity["cursors"]["older"]
    assert activity["batching"]["next"] == f"{SITE}/@activity?{query}&older={older}"
    found = ask("/@activity-of/jane", "mary", b_size=1, older=older).json
    assert summaries(found["activity"]) == ["Jane Miller created and published Garden"]
    assert ask("/@activity-of?actor=jane", "mary").json["person"] == JANE


def test_without_the_right_to_look_users_up_nobody_is_found(
    garden, portal, ask, configure
):
    portal.manage_permission("List portal members", ["Manager"])
    assert ask("/@activity-of/jane", "mary").status_int == 404
    assert ask("/@activity-of/june", "mary").status_int == 404
    assert ask("/@activity-of/mary", "mary").status_int == 200
    configure(people_pages=True)
    assert ask("/@activity-of/jane", "mary").status_int == 200
    for path in ("/june", "", "/jane/x", f"/{'x' * 201}"):
        assert ask(f"/@activity-of{path}", "mary").status_int == 404
    assert ask("/@activity-of/jane").status_int == 401
    configure(audience="everybody")
    # Anonymous users see no names.
    assert ask("/@activity-of/jane").status_int == 404


def test_my_activity(garden, ask):
    body = {"frequency": "daily"}
    ask("/++api++/@activity-digests", "jane", "POST", body=body)
    body = {"name": "Theirs", "filters": {"by": "others"}}
    ask("/++api++/@activity-filters", "jane", "POST", body=body)
    ask("/++api++/@activity-feeds", "jane", "POST", body={})
    answer = ask("/@my-activity", "jane", b_size=1)
    assert answer.status_int == 200
    found = answer.json
    assert found.keys() == {"@id", "person", "activity", "digests", "filters", "feed"}
    assert (found["@id"], found["person"]) == (f"{SITE}/@my-activity", JANE)
    assert summaries(found["activity"]) == ["Jane Miller created and published Park"]
    for name in ("digests", "filters"):
        assert found[name] == ask(f"/@activity-{name}", "jane").json
        assert len(found[name]["items"]) == 1
    assert found["feed"] == ask("/@activity-feeds", "jane").json
    assert found["feed"]["address"]["created"]
    found = ask("/@my-activity", "mary").json
    assert summaries(found["activity"]) == ["Mary Member created and published Pond"]
    assert (found["digests"]["items"], found["filters"]["items"]) == ([], [])
    assert found["feed"]["address"] is None


def test_anonymous_users_have_no_activity_of_their_own(garden, ask, configure):
    assert ask("/@my-activity").status_int == 401
    configure(audience="everybody")
    assert ask("/@my-activity").status_int == 401
    configure(audience="nobody")
    for path in ("/@my-activity", "/@activity-of/jane"):
        assert ask(path, "jane").status_int == 401


@pytest.mark.parametrize("path", ["/@my-activity", "/@activity-of/jane"])
def test_invalid_parameters_are_refused(garden, portal, ask, path):
    answer = ask(f"{path}?older=nonsense", "jane")
    assert answer.status_int == 400
    assert answer.json["type"] == "BadRequest"
    assert portal.error_log.getLogEntries() == []


def test_a_get_changes_nothing(garden, ask, changed):
    for path in ("/@my-activity", "/@activity-of/jane", "/@activity-of/june"):
        ask(path, "jane")
        changed.clear()
        ask(path, "jane")
        assert changed == []


def test_they_are_services_of_the_site(garden, ask, uninstall):
    for path in ("/garden/@my-activity", "/garden/@activity-of/jane"):
        assert ask(path, "jane").status_int == 404
    uninstall()
    for path in ("/@my-activity", "/@activity-of/jane"):
        assert ask(path, "jane").status_int == 404
