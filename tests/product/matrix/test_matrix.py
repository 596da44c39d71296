"""Every output shows each user the activity that they can view, and nothing else.

The expectations are in ``stories.py``.
"""

from collections import Counter
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import Position
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone import api
from tests.product.matrix import outputs
from tests.product.matrix.outputs import FOR_MEMBERS
from tests.product.matrix.outputs import NEWEST
from tests.product.matrix.outputs import OUTPUTS
from tests.product.matrix.outputs import WITHOUT_DETAILS
from tests.product.matrix.stories import DETAILS
from tests.product.matrix.stories import hidden_from
from tests.product.matrix.stories import PEOPLE
from tests.product.matrix.stories import QUIET
from tests.product.matrix.stories import VERSIONS
from tests.product.matrix.stories import visible_to

import pytest
import re
import sys
import transaction


MEMBERS = [person for person in PEOPLE if person != "anonymous"]
#: "make test" asks for each output of these; "make test-all" has the others.
QUICK = ("anonymous", "member", "editor", "owner", "manager")


def some(people, quick=QUICK):
    """Leave all but the *quick* ones of *people* to "make test-all"."""
    return [
        pytest.param(person, marks=() if person in quick else pytest.mark.large)
        for person in people
    ]


@pytest.fixture
def nothing_hidden():
    """Check that no response to a user contains a word of what is hidden from them."""

    def check(user):
        answers = "\n".join(user.answers)
        assert answers
        found = [word for word in hidden_from(user.person) if word in answers]
        assert found == []

    return check


@pytest.mark.whole_pages
@pytest.mark.parametrize("person", some(PEOPLE))
@pytest.mark.parametrize("output", OUTPUTS)
def test_each_output_shows_what_a_user_can_view(reader, nothing_hidden, output, person):
    if person == "anonymous" and output in FOR_MEMBERS:
        pytest.skip("not for anonymous users: see below")
    user, visible = reader(person), visible_to(person)
    listed = OUTPUTS[output](user)
    if len(visible) > NEWEST.get(output, sys.maxsize):
        assert len(listed) == NEWEST[output]
        assert Counter(listed) <= Counter(visible)
    else:
        assert sorted(listed) == visible
    nothing_hidden(user)
    answers = "\n".join(user.answers)
    shown = {word for word in DETAILS if word in answers}
    if output in WITHOUT_DETAILS:
        assert shown == set()
    else:
        # Nobody else sees them: see above.
        assert shown == {word for word in DETAILS if person in DETAILS[word]}


@pytest.mark.parametrize("person", PEOPLE)
def test_only_users_who_can_view_versions_see_what_differs(
    reader, nothing_hidden, person
):
    user = reader(person)
    for path in ("/zqvaried/@@", "/++api++/zqvaried/@"):
        status, text = user.open(
            f"{path}activity-changes?from=1&to=2", "text/html, application/json"
        )
        shown = {word for word in VERSIONS if word in text}
        assert shown == {word for word in VERSIONS if person in VERSIONS[word]}
        assert (status == 200) == bool(shown)
    nothing_hidden(user)


@pytest.fixture
def for_members(functional):
    """A site whose members need the permission to view the activity."""
    record = f"{SETTINGS_PREFIX}.audience"
    api.portal.set_registry_record(record, "members")
    transaction.commit()
    yield
    api.portal.set_registry_record(record, "everybody")
    transaction.commit()


@pytest.mark.whole_pages
@pytest.mark.parametrize("person", some(["member", "editor", "owner"], ["member"]))
def test_no_output_shows_what_is_in_a_folder_without_the_permission(
    reader, for_members, person
):
    user = reader(person)
    quiet = frozenset() if person == "editor" else QUIET
    visible = [line for line in visible_to(person) if line[0] not in quiet]
    for name in OUTPUTS.keys() - NEWEST.keys():
        assert sorted(OUTPUTS[name](user)) == visible, name
    for name in NEWEST:
        assert Counter(OUTPUTS[name](user)) <= Counter(visible)
    assert outputs.calendar(user) == len(visible)


@pytest.mark.whole_pages
@pytest.mark.parametrize("path", ["/@@activity-export", "/@@my-activity"])
def test_member_outputs_ask_anonymous_users_to_log_in(reader, nothing_hidden, path):
    anonymous = reader("anonymous")
    status, _ = anonymous.open(path)
    assert status == 302
    assert "/login" in anonymous.answers[-1] or "require_login" in anonymous.answers[-1]
    nothing_hidden(anonymous)


@pytest.mark.parametrize("key", ["", "?key=", "?key=activitykey.b3duZXI.gibberish"])
def test_a_personal_url_without_a_valid_key_is_not_found(reader, nothing_hidden, key):
    anonymous = reader("anonymous")
    assert anonymous.open(f"/@@activity-personal.atom{key}")[0] == 404
    nothing_hidden(anonymous)


@pytest.mark.whole_pages
@pytest.mark.parametrize("person", some(MEMBERS))
def test_my_activity_shows_the_activity_of_the_user(reader, nothing_hidden, person):
    user = reader(person)
    expected = visible_to(person, by=person)
    assert bool(expected) == (person in ("manager", "owner"))
    assert sorted(outputs.my_activity(user)) == expected
    assert sorted(outputs.rest_my_activity(user)) == expected
    nothing_hidden(user)


@pytest.mark.whole_pages
@pytest.mark.parametrize("person", some(PEOPLE))
def test_a_user_page_shows_the_activity_of_the_user(reader, nothing_hidden, person):
    user = reader(person)
    for about in ("manager", "owner"):
        for activity_of in (outputs.activity_of, outputs.rest_activity_of):
            listed = activity_of(user, about)
            assert sorted(listed) == visible_to(person, by=about)
    nothing_hidden(user)


@pytest.mark.whole_pages
@pytest.mark.parametrize("person", some(PEOPLE))
def test_counts_match_the_visible_activity(reader, nothing_hidden, log, person):
    user = reader(person)
    listed = visible_to(person)
    assert outputs.calendar(user) == len(listed)
    assert outputs.rest_calendar(user) == len(listed)
    # News begin after the first change set.
    latest = to_cursor(log, Position(0, 0))
    expected = len(listed) - (("zqprivate", "created") in listed)
    assert outputs.news(user, latest) == expected
    assert outputs.rest_news(user, latest) == expected
    nothing_hidden(user)


# What differs between responses: cursors, tokens of plone.protect, and the id of a feed, which is
# derived from its URL.
_VARYING = re.compile(r"[\w-]{43}|[0-9a-f]{40}|urn:uuid:[0-9a-f-]{36}")


@pytest.mark.parametrize("person", ["anonymous", "member", "reviewer", "owner"])
@pytest.mark.parametrize(
    "path",
    [
        "/@@activity",
        "/@@activity-calendar",
        "/@@activity.atom",
        "/@@activity.rss",
        "/++api++/@activity",
        "/++api++/@activity-calendar",
    ],
)
def test_no_filter_discloses_what_is_hidden(reader, nothing_hidden, path, person):
    """The response is that to a filter without any matches."""
    user = reader(person)

    def answer(question):
        text = user.read(f"{path}?text={question}", "application/json, text/html")
        return _VARYING.sub("", text.replace(question, "QUESTION"))

    nothing = answer("zqunheardof")
    for word in hidden_from(person):
        assert answer(word[:-1]) == nothing
    nothing_hidden(user)
