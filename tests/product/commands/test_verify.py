"""``activitylog verify``, as an operator meets it: each kind of damage gets its sentence."""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.commands import verify
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.interfaces import CLOCK_TOLERANCE
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.verification import findings
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone.base.utils import get_installer
from tests.product.commands.history import BEGIN
from tests.product.commands.history import page

import pytest
import transaction


NUMBERS = "40 change sets with 1,315 entries, and 2 structures"


@pytest.fixture
def problems(activitylog):
    """Verify; return the sentences, without the one with the numbers."""

    def problems():
        transaction.commit()
        done = activitylog("verify")
        *sentences, numbers = done.stdout.splitlines()
        assert done.exit_code == 1
        assert numbers.startswith(f"Problems found: {len(sentences)}, in ")
        assert "Traceback" not in done.stderr
        return sentences

    return problems


def put(log, generation, index, item):
    """Let something else stand at a position of the log."""
    archived = generation < log.stack.first_generation
    holder = log.archive if archived else log.stack
    layers = {layer.generation: layer.items for layer in log.archive.layers()}
    items = list((layers | dict(log.stack.layers()))[generation])
    items[index] = item
    holder.replace(generation, items)


def bulk(log):
    """Return an archived change set with three blocks."""
    item = log.archive.layer(0).items[6]
    assert isinstance(item, BulkChangeSet)
    assert len(item.blocks) == 3
    return item


def test_a_sound_log_is_told_to_be_one(activitylog, history):
    done = activitylog("verify")
    assert (done.exit_code, done.stdout) == (0, f"All is well: {NUMBERS}.\n")


def test_an_empty_log_is_sound(activitylog, log):
    done = activitylog("verify")
    assert (done.exit_code, done.stdout) == (
        0,
        "All is well: 0 change sets with 0 entries, and 2 structures.\n",
    )


def test_a_damaged_archive(activitylog, history, log):
    log.archive.layer(1).below = 99
    transaction.commit()
    done = activitylog("verify")
    assert (done.exit_code, done.stdout) == (
        1,
        "Log: Layer 1 counts 99 items below, not 8.\n"
        f"Problems found: 1, in {NUMBERS}.\n",
    )


def test_a_gap_between_stack_and_archive(problems, history, log):
    log.stack._first_generation = 20
    log.stack._p_changed = True
    assert problems() == [
        "Log: Generations 3 to 19 are neither in the stack nor in the archive."
    ]


def test_a_damaged_stack(problems, history, log):
    log.stack._max_layers = 0
    log.stack._p_changed = True
    assert "Log: The stack: _max_layers cannot be 0." in problems()


def test_structures_of_other_add_ons_are_looked_at(problems, portal, history):
    manager = portal.getSiteManager()
    accumulator, stack = Accumulator("abc"), AppendStack(2, 2)
    manager.registerUtility(accumulator, IAccumulator, "their.pending")
    manager.registerUtility(stack, IAppendStack, "their.feed")
    accumulator._consumed = -1
    stack._max_length = 0
    assert sorted(problems()) == [
        "Accumulator “their.pending”: The accumulator: _consumed cannot be -1.",
        "Stack “their.feed”: The stack: _max_length cannot be 0.",
    ]


@pytest.mark.parametrize(
    "item, problem",
    [
        (b"", "cannot be read. A change set of format b'' can't be read: "),
        (b"2 later", "cannot be read. A change set of format b'2' can't be read: "),
        (b"1{", "cannot be read: JSONDecodeError: "),
        (b"1{}", "cannot be read: KeyError: 'a'."),
        (
            b'1{"t":0,"a":null,"p":[],"e":[{"x":["edited"]}]}',
            "cannot be read: KeyError",
        ),
        (
            b'1{"t":1790719200007,"a":null,"p":[],"e":[{"x":["edited"],"u":"","/":"",'
            b'"n":"","y":"","p":0}]}',
            "cannot be read: IndexError: list index out of range.",
        ),
        (
            encode(ChangeSet(BEGIN, None, (replace(page(1), principals=(7,)),))),
            "has (7,) as principals of its entry 1.",
        ),
        (
            encode(ChangeSet(BEGIN, 7, (page(1),))),
            "has 7 as its actor.",
        ),
        (encode(ChangeSet(BEGIN, None, ())), "has no entries."),
        ("text", "is no change set, but of the type str."),
    ],
)
@pytest.mark.parametrize("generation", [1, 4])
def test_an_item_that_is_no_sound_change_set(
    problems, history, log, item, problem, generation
):
    put(log, generation, 2, item)
    [told] = problems()
    assert told.startswith(f"Item 2 of layer {generation} {problem}")


def test_an_entry_that_nobody_may_see_is_sound(activitylog, log):
    # Erasing a person may leave no principals.
    log.push(ChangeSet(BEGIN, None, (page(1, principals=()),)))
    transaction.commit()
    assert activitylog("verify").exit_code == 0


def test_the_blocks_of_a_large_change_set_are_read(problems, history, log):
    bulk(log).blocks[1].data = b"2 later"
    [told] = problems()
    assert told.startswith("Item 6 of layer 0 has block 1, which cannot be read. A cha")


def test_a_block_whose_record_is_gone(problems, history, log, monkeypatch):
    block = bulk(log).blocks[2]
    block._p_deactivate()
    jar, oid = block._p_jar, block._p_oid
    load = jar._storage.load

    def load_others(wanted, *arguments):
        return load(b"\xff" * 8 if wanted == oid else wanted, *arguments)

    monkeypatch.setattr(jar._storage, "load", load_others)
    [told] = problems()
    assert told.startswith(
        "Item 6 of layer 0 has block 2, which cannot be read: POSKeyError: "
    )


def test_a_large_change_set_whose_own_record_is_gone(
    problems, history, log, monkeypatch
):
    item = bulk(log)
    item._p_deactivate()
    jar, oid = item._p_jar, item._p_oid
    load = jar._storage.load

    def load_others(wanted, *arguments):
        return load(b"\xff" * 8 if wanted == oid else wanted, *arguments)

    monkeypatch.setattr(jar._storage, "load", load_others)
    [told] = problems()
    assert told.startswith("Item 6 of layer 0 cannot be loaded: POSKeyError: ")


def test_a_summary_that_is_not_that_of_the_entries(problems, history, log):
    item = bulk(log)
    item.summary = {("published", "Document"): 229}
    assert problems() == [
        "Item 6 of layer 0 has a summary that is not that of its entries."
    ]


def test_a_block_that_is_missing(problems, history, log):
    item = bulk(log)
    item.blocks = item.blocks[:2]
    assert problems() == [
        "Item 6 of layer 0 has a summary that is not that of its entries."
    ]


def test_blocks_of_different_change_sets(problems, history, log):
    item = bulk(log)
    item.blocks[1].data = item.blocks[1].data.replace(b'"a":"jane"', b'"a":"tom"')
    assert problems() == [
        "Item 6 of layer 0 has block 1, which is of another time or actor."
    ]


def test_a_time_to_come(problems, log):
    late = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
    log.push(ChangeSet(late, None, (page(1),)))
    told = f"{late:%Y-%m-%dT%H:%M:%S}.000Z"
    assert problems() == [f"Item 0 of layer 0 is of a time to come, {told}."]


def test_a_time_before_that_of_what_was_recorded_earlier(problems, log):
    beyond = CLOCK_TOLERANCE + timedelta(seconds=1)
    for time in (BEGIN, BEGIN - CLOCK_TOLERANCE, BEGIN - CLOCK_TOLERANCE - beyond):
        log.push(ChangeSet(time, None, (page(1),)))
    assert problems() == [
        "Item 1 of layer 0 is of 2026-09-29T21:50:00.007Z, and item 2 of layer 0, which"
        " was recorded after it, of 2026-09-29T21:39:59.007Z."
    ]


def test_of_many_problems_some_are_told_and_all_are_counted(
    activitylog, history, log, monkeypatch
):
    monkeypatch.setattr(findings, "KEPT", 3)
    for index in range(8):
        put(log, 1, index, b"2 later")
    transaction.commit()
    done = activitylog("verify")
    *sentences, more, numbers = done.stdout.splitlines()
    assert [sentence[:17] for sentence in sentences] == [
        f"Item {index} of layer 1"[:17] for index in (7, 6, 5)
    ]
    assert more == "… and 5 more."
    assert numbers.startswith("Problems found: 8, in 40 change sets with ")
    assert done.exit_code == 1


def test_interrupted_it_says_so(activitylog, history, monkeypatch):
    def ctrl_c(bar, done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(verify.Bar, "__call__", ctrl_c)
    done = activitylog("verify")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith(
        "Error: Interrupted. Nothing is known of the rest. Run the command again.\n"
    )


def test_a_site_without_the_add_on_is_told_with_the_remedy(activitylog, portal):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("verify")
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site" in done.stderr


def test_it_writes_nothing_to_the_database(activitylog, history, changed):
    assert activitylog("verify").exit_code == 0
    assert changed == []
