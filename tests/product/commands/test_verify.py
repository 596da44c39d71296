"""``activitylog verify``: each kind of damage has its message."""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.clock import CLOCK_TOLERANCE
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import plain_text
from collective.appendonly.operations import verification
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.validation import LATEST
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from tests.product.commands.history import BEGIN
from tests.product.commands.history import page

import pytest
import transaction


DAMAGED = "cannot be read. A change set is damaged:"
NUMBERS = "40 change sets with 1,315 entries, and 2 structures"


@pytest.fixture
def problems(activitylog):
    """Verify, and return the problems."""

    def problems():
        transaction.commit()
        done = activitylog("verify")
        *messages, numbers = done.stdout.splitlines()
        assert done.exit_code == 1
        assert numbers.startswith(f"Problems found: {len(messages)}, in ")
        assert "Traceback" not in done.stderr
        return messages

    return problems


def put(log, generation, index, item):
    """Replace the item at a position of the log."""
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


def test_a_valid_log_has_no_problems(printed, history):
    assert printed("verify") == f"No problems found in {NUMBERS}.\n"


def test_an_empty_log_is_valid(printed, log):
    output = printed("verify")
    assert (
        output
        == "No problems found in 0 change sets with 0 entries, and 2 structures.\n"
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


def test_structures_of_other_add_ons_are_verified(problems, portal, history):
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
        (b"", "cannot be read. A change set of format b'' cannot be read: "),
        (b"3 later", "cannot be read. A change set of format b'3' cannot be read: "),
        (b"2 later", f"{DAMAGED} ValueError: Error -3 while decompressing data: "),
        (b"2", f"{DAMAGED} ValueError: 0 bytes of deflate data have no proper end."),
        (b"1{", f"{DAMAGED} JSONDecodeError: "),
        (b"1{}", f"{DAMAGED} KeyError: 'a'."),
        (
            b'1{"t":0,"a":null,"p":[],"e":[{"x":["edited"]}]}',
            f"{DAMAGED} KeyError",
        ),
        (
            b'1{"t":1790719200007,"a":null,"p":[],"e":[{"x":["edited"],"u":"","/":"",'
            b'"n":"","y":"","p":0}]}',
            f"{DAMAGED} IndexError: list index out of range.",
        ),
        (
            encode(ChangeSet(BEGIN, None, (replace(page(1), principals=(7,)),))),
            "has invalid principals in entry 1: (7,).",
        ),
        (encode(ChangeSet(BEGIN, 7, (page(1),))), "has the invalid actor 7."),
        (
            encode(ChangeSet(BEGIN, None, (replace(page(1), path="/news/x"),))),
            "has invalid path in entry 1: '/news/x'.",
        ),
        (
            encode(ChangeSet(BEGIN, None, (replace(page(1), actions=("<b>",)),))),
            "has invalid actions in entry 1: ('<b>',).",
        ),
        (
            encode(ChangeSet(BEGIN, None, (replace(page(1), title="\ud800"),))),
            "has invalid title in entry 1: '\\ud800'.",
        ),
        (
            encode(ChangeSet(LATEST, None, (page(1),))),
            "has an invalid time: datetime.datetime(9998, 1, 1, 0, 0, tzinfo=",
        ),
        (
            b'1{"t":-99999999999999999,"a":null,"p":[],"e":[]}',
            f"{DAMAGED} OverflowError: ",
        ),
        (
            encode(ChangeSet(BEGIN, None, (replace(page(1), details={"a": 1e999}),))),
            "has invalid details in entry 1: {'a': inf}.",
        ),
        (encode(ChangeSet(BEGIN, None, ())), "has no entries."),
        ("text", "is not a change set, but of the type str."),
    ],
)
@pytest.mark.parametrize("generation", [1, 4])
def test_an_item_that_is_not_a_valid_change_set(
    problems, history, log, item, problem, generation
):
    put(log, generation, 2, item)
    [found] = problems()
    assert found.startswith(f"Item 2 of layer {generation} {problem}")


def test_an_entry_without_principals_is_valid(activitylog, log):
    # The erasure of a user may leave no principals.
    log.push(ChangeSet(BEGIN, None, (page(1, principals=()),)))
    transaction.commit()
    assert activitylog("verify").exit_code == 0


def test_the_blocks_of_a_large_change_set_are_read(problems, history, log):
    bulk(log).blocks[1].data = b"3 later"
    [problem] = problems()
    assert problem.startswith(
        "Item 6 of layer 0 has block 1, which cannot be read. A cha"
    )


@pytest.mark.parametrize(
    "part, problem",
    [
        (lambda item: item.blocks[2], "has block 2, which cannot be read"),
        (lambda item: item, "cannot be loaded"),
    ],
    ids=["a block", "a large change set"],
)
def test_a_record_that_is_gone(problems, history, log, monkeypatch, part, problem):
    gone = part(bulk(log))
    gone._p_deactivate()
    jar, oid = gone._p_jar, gone._p_oid
    load = jar._storage.load

    def load_others(wanted, *arguments):
        return load(b"\xff" * 8 if wanted == oid else wanted, *arguments)

    monkeypatch.setattr(jar._storage, "load", load_others)
    [found] = problems()
    assert found.startswith(f"Item 6 of layer 0 {problem}: POSKeyError: ")


def test_a_summary_that_does_not_match_the_entries(problems, history, log):
    item = bulk(log)
    item.summary = {("published", "Document"): 229}
    assert problems() == [
        "Item 6 of layer 0 has a summary that does not match its entries."
    ]


def test_a_time_that_does_not_match_the_entries(problems, history, log):
    bulk(log).time += 1
    assert problems() == [
        "Item 6 of layer 0 has a time that does not match its entries."
    ]


def test_keys_of_a_layer_that_do_not_match_its_items(problems, history, log):
    layer = log.archive.layer(1)
    keys, times = layer.contents
    layer.contents = keys[4:], times
    log.archive.layer(0).contents = keys, times
    assert problems() == [
        "Layer 1 has keys or times that do not match its items.",
        "Layer 0 has keys or times that do not match its items.",
    ]


def test_layers_without_keys_are_valid(printed, history, log):
    layer = log.archive.layer(1)
    log.archive.replace(1, layer.items)
    transaction.commit()
    assert layer.keys is None
    assert printed("verify") == f"No problems found in {NUMBERS}.\n"


def test_keys_of_a_large_change_set_that_do_not_match_its_entries(
    problems, history, log
):
    item = bulk(log)
    pairs = item.pairs()
    item.set_pairs(pairs[1:])
    mismatch = "Item 6 of layer 0 has keys that do not match its entries."
    layer = "Layer 0 has keys or times that do not match its items."
    assert problems() == [mismatch, layer]
    item.set_pairs(pairs)
    item.keys += item.keys[:4]
    assert problems() == [mismatch]
    item.set_pairs(pairs)
    item.index[0][1].pairs = b"odd"
    [problem] = problems()
    assert problem.startswith(
        "Item 6 of layer 0 has keys that cannot be loaded: ValueError: "
    )


def test_large_change_sets_of_1_0_0a1_have_no_time(printed, history, log):
    item = bulk(log)
    del item.time, item.keys, item.index
    transaction.commit()
    assert printed("verify") == f"No problems found in {NUMBERS}.\n"


def test_change_sets_of_both_formats_are_verified(printed, problems, history, log):
    for generation in range(5):
        layer = log.archive.layer(generation) or dict(log.stack.layers())[generation]
        for index, item in enumerate(getattr(layer, "items", layer)):
            if isinstance(item, bytes) and index % 2:
                put(log, generation, index, b"1" + plain_text(item))
    transaction.commit()
    assert printed("verify") == f"No problems found in {NUMBERS}.\n"
    put(log, 1, 2, b"1" + plain_text(encode(ChangeSet(BEGIN, 7, (page(1),)))))
    assert problems() == ["Item 2 of layer 1 has the invalid actor 7."]


def test_a_block_that_is_missing(problems, history, log):
    item = bulk(log)
    item.blocks = item.blocks[:2]
    assert problems() == [
        "Item 6 of layer 0 has a summary that does not match its entries.",
        "Item 6 of layer 0 has keys that do not match its entries.",
    ]


def test_blocks_of_different_change_sets(problems, history, log):
    item = bulk(log)
    block = item.blocks[1]
    block.data = encode(replace(decode(block.data), actor="tom"))
    assert problems() == [
        "Item 6 of layer 0 has block 1, which has another time or actor."
    ]


def test_a_time_in_the_future(problems, log):
    late = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
    log.push(ChangeSet(late, None, (page(1),)))
    time = f"{late:%Y-%m-%dT%H:%M:%S}.000Z"
    assert problems() == [f"Item 0 of layer 0 has a time in the future, {time}."]


def test_a_time_before_that_of_an_earlier_entry(problems, log):
    beyond = CLOCK_TOLERANCE + timedelta(seconds=1)
    for time in (BEGIN, BEGIN - CLOCK_TOLERANCE, BEGIN - CLOCK_TOLERANCE - beyond):
        log.push(ChangeSet(time, None, (page(1),)))
    assert problems() == [
        "Item 1 of layer 0 has the time 2026-09-29T21:50:00.007Z, but item 2 of layer 0,"
        " which was recorded later, has 2026-09-29T21:39:59.007Z."
    ]


def test_many_problems_are_all_counted_and_some_printed(
    activitylog, history, log, monkeypatch
):
    monkeypatch.setattr(verification, "KEPT", 3)
    for index in range(8):
        put(log, 1, index, b"3 later")
    transaction.commit()
    done = activitylog("verify")
    *messages, more, numbers = done.stdout.splitlines()
    assert [message[:17] for message in messages] == [
        f"Item {index} of layer 1"[:17] for index in (7, 6, 5)
    ]
    assert more == "… and 5 more."
    assert numbers.startswith("Problems found: 8, in 40 change sets with ")
    assert done.exit_code == 1


def test_an_interruption_is_reported(activitylog, history, ctrl_c):
    with ctrl_c():
        done = activitylog("verify")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr.endswith(
        "Error: Interrupted. The rest was not verified. Run the command again.\n"
    )
