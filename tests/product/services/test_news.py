"""``GET @activity-news``: the number of new change sets."""

from plone import api

import pytest
import re


@pytest.fixture(autouse=True)
def beginning(portal, jane, acting):
    """The log of a new site has no position yet."""
    with acting("jane"):
        api.content.create(portal, "Link", "beginning")


def test_it_counts_what_happened_since(portal, jane, acting, ask, one_by_one):
    first = ask("/++api++/@activity", "jane", types="Document").json["news"]
    nothing = ask(first, "jane").json
    assert nothing == {
        "@id": first,
        "count": 0,
        "is_more": False,
        "text": None,
        "news": nothing["news"],
    }
    assert re.fullmatch(
        r"http://[\w.:]+/plone/\+\+api\+\+/@activity-news\?types=Document&latest=[\w-]{43}",
        nothing["news"],
    )
    for number in range(3):
        with acting("jane"):
            api.content.create(portal, "Document", f"p{number}")
    with acting("jane"):
        api.content.create(portal, "Folder", "garden")
    for url in (first, nothing["news"]):
        found = ask(url, "jane").json
        assert (found["count"], found["text"]) == (3, "3 new changes")
    again = ask("/++api++/@activity", "jane", types="Document").json["news"]
    assert ask(again, "jane").json["count"] == 0


def test_hidden_change_sets_are_not_counted(portal, jane, mary, acting, ask):
    url = ask("/@activity", "mary").json["news"]
    with acting("jane"):
        page = api.content.create(portal, "Document", "plan")
    assert ask(url, "mary").json["count"] == 0
    with acting("jane"):
        api.content.transition(page, "publish")
    assert ask(url, "mary").json["count"] == 1


def test_it_needs_a_cursor(portal, jane, ask):
    refusals = {
        "": "latest: Use the URL from a first page of results.",
        "?latest=nonsense": "Invalid cursor. Start again from the first page.",
        "?latest=a&latest=b": "latest: Only one value is allowed.",
        "?latest=a&text=%FF": "text: The text is not valid UTF-8.",
    }
    for query, message in refusals.items():
        answer = ask(f"/@activity-news{query}", "jane")
        assert answer.status_int == 400
        assert answer.json == {"type": "BadRequest", "message": message}
    assert portal.error_log.getLogEntries() == []
