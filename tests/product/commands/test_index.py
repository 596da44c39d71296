"""``activitylog index``: changes without keys get them."""

from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.keys import Keys
from collective.appendonly.keys import UID
from collective.appendonly.operations import indexing
from collective.appendonly.operations.indexing import index_log
from collective.appendonly.operations.indexing import unindexed
from collective.appendonly.operations.maintenance.run import maintain

import pytest
import transaction


@pytest.fixture
def without_keys(log):
    """A log of fifty change sets without keys, every tenth of them large, in six layers."""
    log.secret = None
    for number in range(50):
        entry = Entry(
            ("edited",), f"{number:032}", "page", "Page", "Document", ("Anonymous",)
        )
        entries = (entry,) * (1 if number % 10 else 120)
        log.push(ChangeSet(clock.utc_now(), "jane", entries))
    log.begin_keys()
    transaction.commit()
    return log


def test_it_waits_for_the_upgrade_of_the_site(activitylog, portal, log):
    # Until then another Zope may run 1.0.0a1, which reads nothing that has keys.
    log.secret = None
    transaction.commit()
    done = activitylog("index")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The site needs an upgrade of the add-on." in done.stderr
    report = maintain(portal)
    assert (report.failed, report.indexed, log.keys) == ((), 0, None)


def found(log, number):
    """Return how many parts a search for an object yields of the archive, and how many fit."""
    wanted = Keys(log.secret).wanted(UID, [f"{number:032}"])
    parts = [part for _, part in log.older(having=[wanted]) if part.entries]
    return len(parts), sum(part.entries[0].uid == f"{number:032}" for part in parts)


def test_all_layers_get_keys(activitylog, without_keys):
    assert len(unindexed(without_keys, 10)) == 5
    done = activitylog("index")
    assert (done.exit_code, done.stdout) == (0, "Layers indexed: 5.\n")
    assert unindexed(without_keys, 10) == []
    in_stack, fitting = found(without_keys, 49)
    assert fitting == 1
    for number in range(0, 40, 7):
        parts, fitting = found(without_keys, number)
        assert fitting == (1 if number % 10 else 2)
        assert parts <= in_stack + 9


def test_a_second_time_there_is_nothing_to_do(activitylog, without_keys):
    activitylog("index")
    done = activitylog("index")
    assert (done.exit_code, done.stdout) == (0, "Layers indexed: 0.\n")


def test_an_unreadable_change_set_leaves_its_layer_without_keys(
    activitylog, without_keys
):
    items = without_keys.archive.layer(2).items
    without_keys.archive.replace(2, (b"9 from the future", *items[1:]))
    transaction.commit()
    for indexed in ("Layers indexed: 4.\n", "Layers indexed: 0.\n"):
        done = activitylog("index")
        assert (done.exit_code, done.stdout) == (1, indexed)
        assert "“activitylog verify”" in done.stderr
    assert unindexed(without_keys, 10) == [2]


def test_it_continues_where_it_was_interrupted(without_keys, monkeypatch):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index_log(without_keys, stop, batch=2)
    transaction.abort()
    assert len(unindexed(without_keys, 10)) == 3
    seen = []
    assert index_log(without_keys, lambda *numbers: seen.append(numbers), batch=2) == 3
    assert seen[-1][0] == seen[-1][1]
    assert unindexed(without_keys, 10) == []


def test_the_maintenance_job_does_the_same(portal, without_keys, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    assert maintain(portal).indexed == 5
    assert maintain(portal).indexed == 0
