"""Every output tells every kind of person of every kind of content what it should, and no more.

Who is told what stands in ``stories.py``.
"""

from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import Position
from plone import api
from tests.product.matrix import outputs
from tests.product.matrix.outputs import FOR_MEMBERS
from tests.product.matrix.outputs import OUTPUTS
from tests.product.matrix.stories import hidden_from
from tests.product.matrix.stories import PEOPLE
from tests.product.matrix.stories import told_to

import pytest
import re


MEMBERS = [person for person in PEOPLE if person != "visitor"]


@pytest.fixture
def nothing_hidden():
    """Check that no answer to *somebody* has a word of what is hidden from them."""

    def check(somebody):
        answers = "\n".join(somebody.answers)
        assert answers
        found = [word for word in hidden_from(somebody.person) if word in answers]
        assert found == []

    return check


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("output", OUTPUTS)
def test_who_is_told_what(reader, nothing_hidden, output, person):
    if person == "visitor" and output in FOR_MEMBERS:
        pytest.skip("not for visitors: see below")
    somebody = reader(person)
    assert sorted(OUTPUTS[output](somebody)) == told_to(person)
    nothing_hidden(somebody)


@pytest.mark.parametrize("path", ["/@@activity-export", "/@@my-activity"])
def test_what_is_only_for_members_asks_visitors_to_log_in(reader, nothing_hidden, path):
    visitor = reader("visitor")
    status, _ = visitor.open(path)
    assert status == 302
    assert "/login" in visitor.answers[-1] or "require_login" in visitor.answers[-1]
    nothing_hidden(visitor)


@pytest.mark.parametrize("key", ["", "?key=", "?key=activitykey.b3duZXI.gibberish"])
def test_a_personal_address_without_a_key_is_for_nobody(reader, nothing_hidden, key):
    visitor = reader("visitor")
    assert visitor.open(f"/@@activity-personal.atom{key}")[0] == 404
    nothing_hidden(visitor)


@pytest.mark.parametrize("person", MEMBERS)
def test_ones_own_page_tells_of_oneself(reader, nothing_hidden, person):
    somebody = reader(person)
    expected = told_to(person, by=person)
    assert bool(expected) == (person in ("manager", "owner"))
    assert sorted(outputs.my_activity(somebody)) == expected
    nothing_hidden(somebody)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_page_of_a_person_tells_of_them(reader, nothing_hidden, configure, person):
    api.portal.set_registry_record("plone.allow_anon_views_about", True)
    configure(people_pages=True)
    somebody = reader(person)
    for about in ("manager", "owner"):
        told = outputs.activity_of(somebody, about)
        assert sorted(told) == told_to(person, by=about)
    nothing_hidden(somebody)


@pytest.mark.parametrize("person", PEOPLE)
def test_counts_count_what_is_told(reader, nothing_hidden, log, person):
    somebody = reader(person)
    told = told_to(person)
    assert outputs.calendar(somebody) == len(told)
    # News are what came after the first thing that happened.
    latest = to_cursor(log, Position(0, 0))
    expected = len(told) - (("zqprivate", "created") in told)
    assert outputs.news(somebody, latest) == expected
    assert outputs.rest_news(somebody, latest) == expected
    nothing_hidden(somebody)


# What differs from one answer to the next: cursors, tokens of plone.protect, and the id of a
# feed, which is made of its address.
_VARYING = re.compile(r"[\w-]{43}|[0-9a-f]{40}|urn:uuid:[0-9a-f-]{36}")


@pytest.mark.parametrize("person", ["visitor", "member", "reviewer", "owner"])
@pytest.mark.parametrize(
    "path",
    [
        "/@@activity",
        "/@@activity-calendar",
        "/@@activity.atom",
        "/@@activity.rss",
        "/++api++/@activity",
    ],
)
def test_no_question_tells_what_is_hidden(reader, nothing_hidden, path, person):
    """The answer is the one to a question that nothing at all fits."""
    somebody = reader(person)

    def answer(question):
        text = somebody.read(f"{path}?text={question}", "application/json, text/html")
        return _VARYING.sub("", text.replace(question, "QUESTION"))

    nothing = answer("zqunheardof")
    for word in hidden_from(person):
        assert answer(word[:-1]) == nothing
    nothing_hidden(somebody)
