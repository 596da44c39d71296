"""Requests to erase somebody: what each of them comes to, and that none gets lost."""

from collections import Counter
from collective.appendonly.feed_keys import key_created
from collective.appendonly.feed_keys import new_key
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import Report
from collective.appendonly.maintenance.erasure_requests import erasure_requests
from collective.appendonly.maintenance.erasure_requests import replacements
from collective.appendonly.maintenance.erasure_requests import request_erasure
from collective.appendonly.maintenance.names import ANONYMOUS
from collective.appendonly.presentation.actors import Actors
from tests.product.maintenance.diary import actors
from tests.product.maintenance.diary import elsewhere
from tests.product.maintenance.diary import requested

import pytest
import transaction


@pytest.mark.parametrize(
    "requests, names",
    [
        ([], {}),
        ([("bob", "x"), ("jane", "y")], {"bob": "x", "jane": "y"}),
        # An erasure that was interrupted has begun with the first one.
        ([("bob", "x"), ("bob", "y")], {"bob": "x"}),
        ([("bob", ANONYMOUS)], {"bob": ANONYMOUS}),
        ([("bob", ANONYMOUS), ("bob", "x")], {"bob": ANONYMOUS}),
        ([("bob", "x"), ("bob", ANONYMOUS)], {"bob": ANONYMOUS, "x": ANONYMOUS}),
    ],
)
def test_one_person_gets_one_name(requests, names):
    assert replacements(requests) == names


def test_with_the_request_the_feed_address_ends(portal):
    new_key("bob")
    new_key("bobby")
    request_erasure("bob")
    assert key_created("bob") is None
    assert key_created("bobby") is not None


def add_while_committing(portal, *user_ids, anonymous=False):
    """Add requests over another connection when the current transaction is just committed."""

    def add():
        with elsewhere(portal):
            for user_id in user_ids:
                request_erasure(user_id, anonymous)

    transaction.get().addBeforeCommitHook(add)


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("when", ["it looks at the log", "it works them off"])
@pytest.mark.parametrize("who", ["jane", "bob"])
def test_a_request_that_is_added_while_the_erasure_runs_is_kept(
    portal, diary, when, who, anonymous
):
    """Also one for the same person, who may have done something meanwhile."""
    request_erasure("bob", anonymous)
    transaction.commit()
    added = []

    def progress(done, total):
        if not added and (when == "it looks at the log" or done == total):
            added.append(done)
            add_while_committing(portal, who, anonymous=anonymous)

    assert maintain(portal, progress).people == 1
    assert added == [16 if when == "it looks at the log" else 40]
    transaction.begin()
    assert requested() == [who]
    assert maintain(portal) == Report(people=1, changed=20 if who == "jane" else 0)
    assert requested() == []


# Anonymous


def test_nothing_links_the_deeds_of_somebody_who_is_anonymous(portal, diary):
    request_erasure("bob", anonymous=True)
    assert list(erasure_requests()) == [("bob", "erased:")]
    assert maintain(portal) == Report(people=1, changed=20)
    counts = Counter(actors(diary))
    assert counts.pop("jane") == 20
    assert len(counts) == 20
    assert all(name.startswith("erased:") and len(name) == 19 for name in counts)


def test_people_read_that_it_was_a_former_member(portal, diary, http_request):
    request_erasure("bob", anonymous=True)
    maintain(portal)
    names = {Actors(http_request).actor(user_id).name for user_id in actors(diary)}
    assert names == {"jane", "A former member"}


def test_who_gets_anonymous_later_loses_the_pseudonym(portal, diary):
    request_erasure("bob")
    ((_, pseudonym),) = erasure_requests()
    maintain(portal)
    assert pseudonym in actors(diary)
    request_erasure(pseudonym, anonymous=True)
    maintain(portal)
    assert pseudonym not in actors(diary)
    assert len(set(actors(diary))) == 21
