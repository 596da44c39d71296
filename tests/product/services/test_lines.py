"""The lines in the items of ``@activity``: what a client shows, with nothing to put together."""

from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.line_records import LineRecords
from OFS.Image import Image
from plone import api
from zope.lifecycleevent import modified

import pytest
import re


SITE = "http://nohost:80/plone"
JANE = {
    "id": "jane",
    "name": "Jane Miller",
    "initials": "JM",
    "portrait": None,
    "@id": f"{SITE}/@@activity-of/jane",
}


@pytest.fixture
def garden(portal, jane, mary, acting):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    return garden


@pytest.fixture
def lines(ask):
    """Return the lines in a response."""

    def lines(path, user="jane", **parameters):
        answer = ask(path, user, **parameters)
        assert answer.status_int == 200, answer
        return [item["line"] for item in answer.json["items"]]

    return lines


def titles(subjects):
    return [subject["title"] for subject in subjects]


def test_a_line_has_all_fields(garden, lines):
    assert lines("/@activity") == [
        {
            "sentence": [
                {"text": "Jane Miller", "slot": "actor"},
                {"text": " created and published ", "slot": None},
                {"text": "The garden", "slot": "item"},
            ],
            "icon": "plus-circle",
            "actor": JANE,
            "shown": [
                {
                    "@id": f"{SITE}/garden",
                    "title": "The garden",
                    "@type": "Folder",
                    "type_title": "Folder",
                    "missing": False,
                    "actions": "",
                    "actor": None,
                    "remarks": [],
                    "changes": [],
                    "comparison": None,
                    "preview": None,
                    "revert": None,
                    "story": f"{SITE}/garden/@@activity",
                }
            ],
            "folded": [],
            "more": None,
            "unnamed": None,
            "changes": 1,
            "began": None,
            "number": None,
            "backfilled": None,
            "undo": None,
        }
    ]
    [line] = lines("/garden/@activity")
    assert line["shown"][0]["story"] is None


def test_repeated_edits_are_one_line_with_what_they_changed(
    garden, portal, acting, lines, ask
):
    with acting("jane"):
        page = api.content.create(garden, "Document", "party", title="A party")
        api.content.transition(page, "publish")
    for title in ("Summer party", "Garden party"):
        with acting("jane"):
            page.title = title
            modified(page)
    [line, *_] = lines("/@activity", text="party")
    assert (line["changes"], line["number"]) == (2, "2 edits")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z", line["began"])
    [subject] = line["shown"]
    assert subject["changes"] == [
        [
            {"text": "Title", "slot": "field"},
            {"text": ": ", "slot": None},
            {"text": "A party", "slot": "old"},
            {"text": " → ", "slot": None},
            {"text": "Garden party", "slot": "new"},
        ]
    ]
    url = f"{SITE}/garden/party"
    assert subject["comparison"] == f"{url}/@@history?one=2&two=0"
    assert subject["preview"] == f"{url}/@activity-changes?from=0&to=2"
    assert subject["revert"] is None
    preview = ask(subject["preview"], "jane")
    assert [change["title"] for change in preview.json["changes"]] == ["Title"]
    # Mary cannot view versions.
    [line, *_] = lines("/@activity", "mary", text="party")
    [subject] = line["shown"]
    assert (subject["changes"], subject["comparison"], subject["preview"]) == (
        [],
        None,
        None,
    )


def test_several_objects_are_folded(garden, portal, acting, lines):
    for number in range(5):
        with acting("jane"):
            api.content.create(portal, "Image", f"rose{number}", title=f"Rose {number}")
    [line, _] = lines("/@activity")
    assert "".join(part["text"] for part in line["sentence"]) == (
        "Jane Miller created 5 items"
    )
    assert titles(line["shown"]) == ["Rose 4", "Rose 3", "Rose 2"]
    assert titles(line["folded"]) == ["Rose 1", "Rose 0"]
    assert (line["more"], line["unnamed"]) == ("2 more", None)
    # Plone's own listings link to the view of an image.
    assert line["shown"][0]["@id"] == f"{SITE}/rose4"


def test_a_portrait_says_whether_it_exists(portal, garden, lines, ask):
    image = Image("jane", "", b"GIF89a", "image/gif")
    portal.portal_memberdata._setPortrait(image, "jane")
    [line] = lines("/@activity")
    assert line["actor"] == JANE | {"portrait": f"{SITE}/@portrait/jane"}
    answer = ask("/++api++/@portrait/jane", "jane")
    assert (answer.status_int, answer.body) == (200, b"GIF89a")


def test_people_are_linked_for_those_who_can_look_them_up(
    portal, garden, lines, configure
):
    assert [line["actor"] for line in lines("/@activity", "mary")] == [JANE]
    portal.manage_permission("List portal members", ["Manager"])
    assert [line["actor"] for line in lines("/@activity", "mary")] == [
        JANE | {"@id": None}
    ]
    assert [line["actor"] for line in lines("/@activity", "jane")] == [JANE]
    configure(audience="everybody", people_pages=True)
    assert [line["actor"] for line in lines("/@activity", "mary")] == [JANE]
    someone = dict.fromkeys(JANE) | {"name": "Someone", "initials": ""}
    assert [line["actor"] for line in lines("/@activity", None)] == [someone]


@pytest.mark.parametrize(
    "user_id, url",
    [
        ("anna@example.org", "@@activity-of/anna@example.org"),
        ("änne.m-2", "@@activity-of/%C3%A4nne.m-2"),
        ("a/b c", "@@activity-of?actor=a%2Fb+c"),
        ("..", "@@activity-of?actor=.."),
        ("@@view", "@@activity-of?actor=%40%40view"),
        ("_anna", "@@activity-of?actor=_anna"),
    ],
)
def test_any_id_of_a_user_has_a_url(portal, http_request, monkeypatch, user_id, url):
    monkeypatch.setattr(Actors, "_full_name", lambda self, user_id: "Anna")
    person = LineRecords(portal, http_request).person(user_id)
    assert person["@id"] == f"{portal.absolute_url()}/{url}"


def test_a_deleted_account_has_no_page(garden, lines):
    api.user.delete(username="jane")
    [*_, line] = lines("/@activity", "mary")
    assert line["actor"] == {
        "id": "jane",
        "name": "jane",
        "initials": "J",
        "portrait": None,
        "@id": None,
    }


def test_each_filter_has_a_label_and_the_request_without_it(garden, ask):
    filters = {
        "actor": "jane",
        "actions": ["created", "edited"],
        "types": ["Folder"],
        "from": "2026-01-01",
        "text": "garden",
    }
    found = ask("/@activity", "mary", b_size=5, **filters).json["filters"]

    def without(name, **others):
        rest = {other: value for other, value in filters.items() if other != name}
        return rest | others

    assert [each["parameters"] for each in found] == [
        without("text"),
        without("actor"),
        without("actions", actions=["edited"]),
        without("actions", actions=["created"]),
        without("types"),
        without("from"),
    ]
    texts = [each["text"] for each in found]
    assert texts[:-1] == ["“garden”", "By Jane Miller", "Created", "Edited", "Folder"]
    assert texts[-1].startswith("Since ")


def test_a_label_reveals_no_account(portal, garden, configure, ask):
    configure(people_pages=True)
    portal.manage_permission("List portal members", ["Manager"])

    def labels(user_id, **others):
        found = ask("/@activity", "jane", actor=user_id, **others).json["filters"]
        return [each["text"] for each in found]

    assert labels("mary") == ["By mary"]
    assert labels("june") == ["By june"]
    # Their names are shown anyway.
    assert labels("jane", actions="edited") == ["By Jane Miller", "Edited"]
