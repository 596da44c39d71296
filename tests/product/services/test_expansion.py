"""The activity among the components of content."""

from collective.appendonly.feed import pages
from plone import api
from tests.product.services import openapi
from zope.lifecycleevent import modified

import pytest


@pytest.fixture
def garden(portal, jane, acting):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
    with acting("jane"):
        api.content.transition(garden, "publish")


def component(answer):
    assert answer.status_int == 200
    return answer.json["@components"].get("activity")


@pytest.mark.parametrize("path", ["", "/garden"])
def test_it_is_listed_and_costs_nothing(garden, ask, path, monkeypatch):
    def read(*args, **others):
        raise AssertionError("The log was read.")

    monkeypatch.setattr(pages, "open_log", read)
    assert component(ask(f"{path}", "jane")) == {
        "@id": f"http://nohost:80/plone{path}/@activity"
    }


def test_it_is_listed_only_for_users_with_access(garden, ask, configure):
    assert component(ask("/garden")) is None
    assert component(ask("/garden?expand=activity")) is None
    configure(audience="nobody")
    assert component(ask("/garden?expand=activity", "jane")) is None


MAY = {
    "view": True,
    "subscribe": True,
    "export": True,
    "manage": False,
    "see_people": True,
}


def checked(expanded):
    """Return a component, which has to match the description."""
    openapi.validator({"$ref": "#/components/schemas/Component"}).validate(expanded)
    return expanded


def test_expanded_where_it_is_shown_it_has_the_lines(garden, portal, acting, ask):
    with acting("jane"):
        bed = api.content.create(portal["garden"], "Document", "bed", title="A bed")
        api.content.transition(bed, "publish")
    with acting("jane"):
        bed.title = "The bed"
        modified(bed)
    expanded = checked(component(ask("/garden", "jane", expand="activity")))
    answer = ask("/garden/@activity", "jane", b_size=8).json
    assert [item["summary"] for item in answer["items"]] == [
        "Jane Miller edited The bed",
        "Jane Miller created and published The bed",
        "Jane Miller published The garden",
        "Jane Miller created The garden",
    ]
    for found in (expanded, answer):
        found["news"] = found["news"].partition("latest=")[0]
        del found["cursors"]["latest"]
    # It has no time for values, nor for versions.
    assert answer["items"][0]["entries"][0]["values"] != {}
    assert answer["items"][0]["line"]["shown"][0]["preview"] is not None
    [item, *_] = expanded["items"]
    assert item["entries"][0]["values"] == {}
    assert item["line"]["shown"][0]["preview"] is None
    assert item["line"]["shown"][0]["changes"] == []
    assert expanded.pop("may") == MAY
    assert (expanded.pop("shown"), expanded.pop("lines")) == (True, 8)
    assert expanded.keys() == answer.keys()
    assert expanded["items"][2:] == answer["items"][2:]


@pytest.mark.parametrize(
    "places, shown",
    [
        ((), []),
        (("site",), ["/"]),
        (("folders",), ["/garden"]),
        (("pages",), ["/garden/bed"]),
        (("site", "folders", "pages"), ["/", "/garden", "/garden/bed"]),
    ],
)
def test_the_log_is_read_only_where_the_activity_is_shown(
    garden, portal, acting, ask, configure, monkeypatch, places, shown
):
    with acting("jane"):
        api.content.create(portal["garden"], "Document", "bed", title="A bed")
    configure(viewlet_places=places, viewlet_lines=1)
    opened = []
    monkeypatch.setattr(pages, "open_log", lambda *args: opened.append(args))
    for path in ("/", "/garden", "/garden/bed"):
        opened.clear()
        found = checked(component(ask(f"{path}?expand=activity", "jane")))
        assert found["shown"] == ("items" in found) == bool(opened) == (path in shown)
        assert (found["lines"], found["may"]) == (1, MAY)


def test_where_it_is_not_shown_it_can_be_asked_for(garden, ask, configure):
    configure(viewlet_places=())
    expanded = checked(component(ask("/garden?expand=activity", "jane")))
    assert expanded.keys() == {"@id", "shown", "lines", "may"}
    expanded = component(
        ask("/garden?expand=activity&expand.activity.b_size=1", "jane")
    )
    assert expanded["shown"] is False
    assert [item["summary"] for item in expanded["items"]] == [
        "Jane Miller published The garden"
    ]


@pytest.mark.parametrize(
    "path, requested",
    [
        ("/", "/"),
        ("/garden", "/garden"),
        ("/++api++/garden", "/garden"),
        # They find the content that they search in, too.
        ("/@search", "/"),
        ("/garden/@search", "/garden"),
    ],
)
@pytest.mark.parametrize("parameters", [{}, {"expand.activity.text": "bed"}])
def test_the_log_is_read_once_however_much_content_is_listed(
    garden, portal, acting, ask, configure, monkeypatch, path, requested, parameters
):
    with acting("jane"):
        for number in range(5):
            api.content.create(portal["garden"], "Folder", f"bed-{number}")
    configure(viewlet_places=("site", "folders", "pages"))
    opened = []
    open_log = pages.open_log

    def noticing(context, filters):
        opened.append(context.absolute_url_path().removeprefix("/plone") or "/")
        return open_log(context, filters)

    monkeypatch.setattr(pages, "open_log", noticing)
    answer = ask(path, "jane", expand="activity", fullobjects=1, **parameters).json
    assert opened == [requested]
    expanded = [
        checked(each["@components"]["activity"])
        for each in (answer, *answer["items"])
        if "@components" in each
    ]
    [filled] = [each for each in expanded if "items" in each]
    assert filled["@id"].partition("/@activity")[0] == (
        f"{answer['@id'].partition('/plone')[0]}/plone{requested.rstrip('/')}"
    )
    assert {(each["shown"], each["lines"]) for each in expanded} == {(True, 8)}
    if "garden" in path:
        assert len(expanded) == 6


def test_it_says_what_each_user_can_do(portal, garden, person, ask, configure):
    configure(audience="everybody")
    person("ada", "Ada Admin", "Site Administrator")
    portal.manage_permission("List portal members", ["Site Administrator"])

    def may(user):
        return checked(component(ask("/garden?expand=activity", user)))["may"]

    nothing = dict.fromkeys(MAY, False)
    assert may(None) == nothing | {"view": True}
    assert may("jane") == MAY | {"see_people": False}
    assert may("ada") == dict.fromkeys(MAY, True)
    configure(digests=False)
    assert may("ada") == dict.fromkeys(MAY, True) | {"subscribe": False}


def test_its_parameters_have_a_prefix(garden, ask):
    expanded = component(
        ask(
            "/garden",
            "jane",
            expand="activity",
            text="nothing like that",
            **{"expand.activity.b_size": 1, "expand.activity.actions": "created"},
        )
    )
    assert [item["summary"] for item in expanded["items"]] == [
        "Jane Miller created The garden"
    ]
    assert expanded["@id"] == (
        "http://nohost:80/plone/garden/@activity?actions=created&b_size=1"
    )


def test_an_invalid_parameter_does_not_affect_the_content(portal, garden, ask):
    answer = ask(
        "/garden", "jane", expand="activity", **{"expand.activity.older": "nonsense"}
    )
    assert answer.json["title"] == "The garden"
    assert checked(component(answer)) == {
        "@id": "http://nohost:80/plone/garden/@activity",
        "shown": True,
        "lines": 8,
        "may": MAY,
        "type": "BadRequest",
        "message": "Invalid cursor. Start again from the first page.",
    }
    assert portal.error_log.getLogEntries() == []


def test_a_site_without_the_add_on_lists_no_activity(garden, ask, uninstall):
    uninstall()
    assert component(ask("/garden?expand=activity", "jane")) is None
