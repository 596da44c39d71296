"""A log of which something is lost or damaged: commands do their work with all the rest."""

from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import parts_with
from collective.appendonly.clock import utc_now
from collective.appendonly.entry import plain_text
from collective.appendonly.keys import ACTOR
from dataclasses import replace
from itertools import cycle
from itertools import islice
from tests.product.commands.history import change_sets
from tests.product.commands.history import page
from ZODB.POSException import POSKeyError

import json
import pytest
import transaction


ENTRIES = 1315  # of all forty change sets


@pytest.fixture
def history(log):
    """Forty change sets, then one by Bob that is large; it lies in the archive."""
    entries = tuple(page(500 + n, "published", actor="bob") for n in range(230))
    everything = change_sets()
    everything[20:20] = [replace(everything[20], actor="bob", entries=entries)]
    for change_set in everything:
        log.push(change_set)
    transaction.commit()
    return log


@pytest.fixture
def lose(history, monkeypatch):
    """Lose a record of Bob's large change set, as a disk does, and return the change set."""

    def lose(find):
        [item] = [
            item
            for _, _, item in history.archive
            if isinstance(item, BulkChangeSet) and b'"bob"' in bytes_of(item)
        ]
        lost = find(item)
        jar, oid = lost._p_jar, lost._p_oid
        load = type(jar._storage).load

        def load_others(storage, wanted, *arguments):
            if wanted == oid:
                raise POSKeyError(oid)
            return load(storage, wanted, *arguments)

        monkeypatch.setattr(type(jar._storage), "load", load_others)
        jar.cacheMinimize()
        return item

    return lose


def bytes_of(item):
    return plain_text(item.blocks[0].data)


def a_block(item):
    return item.blocks[1]


def the_large_change_set(item):
    return item


def its_keys(item):
    return item.index[0][1]


def put_a_number(log):
    layer = log.archive.layer(1)
    log.archive.replace(1, [7, *layer.items[1:]])
    transaction.commit()


def exported(done):
    records = [json.loads(line) for line in done.stdout.splitlines()[1:-1]]
    return [entry for record in records for entry in record["entries"]]


@pytest.mark.parametrize(
    "find, left_out", [(a_block, 100), (the_large_change_set, 230)]
)
def test_what_is_lost_is_left_out_of_an_export(activitylog, lose, find, left_out):
    lose(find)
    done = activitylog("export")
    assert done.exit_code == 1
    assert done.stderr.endswith(
        "Error: Unreadable change sets, left out: 1. They were written by a later version of"
        " collective.appendonly, or are damaged. Run “activitylog verify” to list them.\n"
    )
    assert len(exported(done)) == ENTRIES + 230 - left_out
    of_jane = activitylog("export", "--actor", "jane")
    assert of_jane.exit_code == 1
    assert len(exported(of_jane)) == 1305


def test_what_is_left_can_be_imported(activitylog, lose, empty, tmp_path):
    lose(a_block)
    file = tmp_path / "activity.jsonl"
    assert activitylog("export", "--output", str(file)).exit_code == 1
    empty()
    assert activitylog("import", str(file)).exit_code == 0
    assert activitylog("verify").exit_code == 0
    assert len(exported(activitylog("export"))) == ENTRIES + 130


@pytest.mark.parametrize(
    "find, left_out", [(a_block, 100), (the_large_change_set, 230)]
)
def test_what_is_lost_is_counted_as_unreadable(printed, lose, find, left_out):
    lose(find)
    counts = json.loads(printed("stats", "--json"))
    assert (counts["change_sets"], counts["unreadable"]) == (41, 1)
    assert counts["entries"] == ENTRIES + 230 - left_out


@pytest.mark.parametrize("find", [a_block, the_large_change_set])
def test_all_else_is_erased_and_the_erasure_stays_pending(activitylog, lose, find):
    lose(find)
    assert "Unreadable records:                          1" in (
        activitylog("erase", "jane").stdout
    )
    for arguments in ["erase", "jane", "--yes"], ["maintain"]:
        assert activitylog(*arguments).exit_code == 1
        actors = {entry.get("actor") for entry in exported(activitylog("export"))}
        assert "jane" not in actors
        assert activitylog("export", "--actor", "jane").exit_code == 2
    assert "Erasure pending:                             yes" in (
        activitylog("erase", "jane").stdout
    )


def test_a_user_is_erased_whose_keys_are_lost(activitylog, printed, lose, history):
    item = lose(its_keys)
    assert len(exported(activitylog("export", "--actor", "bob"))) == 230
    assert printed("erase", "bob", "--yes").startswith(
        "Changed records: 8.\nThe log no l"
    )
    assert (item.keys, item.index) == (None, None)
    # The index makes them again.
    assert printed("index") == "Layers indexed: 1.\n"
    assert item.keys
    assert printed("verify").startswith("No problems found in 41 change sets ")


def test_a_search_finds_what_has_lost_its_keys(lose, history):
    item = lose(its_keys)
    having = [history.keys.wanted(ACTOR, ["bob"])]
    assert parts_with(item, having) == range(3)
    found = history.older(having=having)
    entries = [e for _, part in found for e in part.entries if e.actor == "bob"]
    assert len(entries) == 230


@pytest.fixture
def long_history(history):
    """The same three times over, so that the archive has summaries."""
    push_later(history, 80)
    return history


def push_later(log, count):
    time = utc_now()
    for change_set in islice(cycle(change_sets()), count):
        log.push(replace(change_set, time=time))
    transaction.commit()


def the_summary(log):
    """Return the summary of the newest layer of the archive that has one."""
    return next(filter(None, (layer.summary for layer in log.archive.layers())))


def found(log, user_id):
    of_user = log.older(having=[log.keys.wanted(ACTOR, [user_id])])
    return [at for at, change_set in of_user if change_set.actor == user_id]


def test_a_search_finds_what_a_lost_summary_had_the_keys_of(lose, long_history):
    before = found(long_history, "jane")
    lose(lambda item: the_summary(long_history))
    assert found(long_history, "jane") == before


def test_a_lost_summary_is_made_anew(activitylog, printed, lose, long_history):
    lose(lambda item: the_summary(long_history))
    generation = long_history.archive.generation
    push_later(long_history, 120)
    assert long_history.archive.generation > generation + 5
    assert activitylog("verify").exit_code == 1
    done = printed("index"), printed("index")
    assert done == ("Layers indexed: 1.\n", "Layers indexed: 0.\n")
    assert printed("verify").startswith("No problems found in 241 change sets ")


def test_a_user_is_erased_beside_a_lost_summary(
    activitylog, printed, lose, long_history
):
    lose(lambda item: the_summary(long_history))
    assert printed("erase", "jane", "--yes").startswith("Changed records: ")
    assert activitylog("export", "--actor", "jane").exit_code == 2
    activitylog("index")
    assert printed("verify").startswith("No problems found in 121 change sets ")


def a_layer(log):
    return log.archive.layer(log.archive.generation - 1)


def test_everything_above_a_lost_layer_is_shown(lose, long_history, caplog):
    lost = a_layer(long_history).generation
    shown = [at for at, _ in long_history.older() if at.generation > lost]
    lose(lambda item: a_layer(long_history))
    caplog.clear()
    assert [at for at, _ in long_history.older()] == shown
    assert "A layer of the log cannot be read. Run “activitylog verify”." in caplog.text


def test_it_is_recorded_above_a_lost_layer_until_that_is_discarded(
    activitylog, printed, lose, long_history
):
    lost = a_layer(long_history).generation
    lose(lambda item: a_layer(long_history))
    push_later(long_history, 200)
    assert activitylog("verify").exit_code == 1
    assert activitylog("export").exit_code == 1
    long_history.archive.discard(lost + 1)
    transaction.commit()
    assert printed("verify").startswith("No problems found in 21")
    assert printed("index") == "Layers indexed: 0.\n"
    assert printed("export")


def test_an_item_that_is_no_change_set_at_all(activitylog, history):
    put_a_number(history)
    for arguments, code in {
        ("stats",): 0,
        ("export",): 1,
        ("erase", "bob"): 0,
        ("erase", "bob", "--yes"): 1,
        ("maintain",): 1,
        ("index",): 1,
        ("verify",): 1,
    }.items():
        done = activitylog(*arguments)
        assert done.exit_code == code, done.stderr
        assert isinstance(done.exception, SystemExit | None)
    assert {entry.get("actor") for entry in exported(activitylog("export"))}.isdisjoint(
        ["bob"]
    )
