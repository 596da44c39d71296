"""Requests to erase users: their results, and that none is lost."""

from collections import Counter
from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import new_key
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance.erasure_requests import pseudonyms_of
from collective.appendonly.operations.maintenance.lock import MaintenanceLock
from collective.appendonly.operations.maintenance.pseudonyms import ANONYMOUS
from collective.appendonly.presentation.actors import Actors
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import elsewhere
from tests.product.operations.maintenance.diary import requested

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
def test_a_user_gets_one_pseudonym(requests, names):
    assert pseudonyms_of(requests) == names


@pytest.mark.parametrize("user_id", ["", None, b"bob", "b\udcf6b"])
def test_what_cannot_be_a_user_id_is_refused(portal, user_id):
    with pytest.raises(ValueError, match=" cannot be a user ID."):
        erasures.request_erasure(user_id)
    assert requested() == []


def test_a_request_ends_the_feed_url(portal):
    new_key("bob")
    new_key("bobby")
    erasures.request_erasure("bob")
    assert key_created("bob") is None
    assert key_created("bobby") is not None


def add_while_committing(portal, monkeypatch, user_id, anonymous):
    """Add a request over another connection during the next commit."""
    commit = MaintenanceLock.commit

    def add():
        with elsewhere(portal):
            erasures.request_erasure(user_id, anonymous)

    def commit_and_add(lock):
        monkeypatch.setattr(MaintenanceLock, "commit", commit)
        transaction.get().addBeforeCommitHook(add)
        commit(lock)

    monkeypatch.setattr(MaintenanceLock, "commit", commit_and_add)


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("when", ["it looks at the log", "it works them off"])
@pytest.mark.parametrize("who", ["jane", "bob"])
def test_a_request_that_is_added_while_the_erasure_runs_is_kept(
    portal, diary, monkeypatch, when, who, anonymous
):
    """Also a request for the same user, who can have been active meanwhile."""
    erasures.request_erasure("bob", anonymous)
    transaction.commit()
    added = []

    def progress(done, total):
        if not added and (when == "it looks at the log" or done == total):
            added.append(done)
            add_while_committing(portal, monkeypatch, who, anonymous)

    assert maintain(portal, progress).people == 1
    assert added == [16 if when == "it looks at the log" else 40]
    transaction.begin()
    assert requested() == [who]
    assert maintain(portal) == MaintenanceReport(
        people=1, changed=20 if who == "jane" else 0
    )
    assert requested() == []


# Anonymous


def test_change_sets_of_an_anonymous_user_cannot_be_linked(portal, diary):
    erasures.request_erasure("bob", anonymous=True)
    assert list(erasures.erasure_requests()) == [("bob", "erased:")]
    assert maintain(portal) == MaintenanceReport(people=1, changed=20)
    counts = Counter(actors(diary))
    assert counts.pop("jane") == 20
    assert len(counts) == 20
    assert all(name.startswith("erased:") and len(name) == 19 for name in counts)


def test_a_pseudonym_is_shown_as_a_former_member(portal, diary, http_request):
    erasures.request_erasure("bob", anonymous=True)
    maintain(portal)
    names = {Actors(http_request).actor(user_id).name for user_id in actors(diary)}
    assert names == {"jane", "A former user"}


def test_a_later_anonymous_erasure_replaces_the_pseudonym(portal, diary):
    erasures.request_erasure("bob")
    ((_, pseudonym),) = erasures.erasure_requests()
    maintain(portal)
    assert pseudonym in actors(diary)
    erasures.request_erasure(pseudonym, anonymous=True)
    maintain(portal)
    assert pseudonym not in actors(diary)
    assert len(set(actors(diary))) == 21
