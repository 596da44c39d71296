"""``activitylog stats``."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.feed.keys import new_key
from datetime import datetime
from datetime import timezone
from tests.product.commands.history import page
from ZODB.utils import load_current

import json
import transaction


def size(obj):
    data, _ = load_current(obj._p_jar.db().storage, obj._p_oid)
    return len(data)


def records(*objects):
    return {"records": len(objects), "bytes": sum(map(size, objects))}


def test_everything_is_counted(printed, history, log):
    output = printed("stats", "--json")
    found = json.loads(output)
    transaction.begin()
    layers = list(log.archive.layers())
    items = [item for layer in layers for item in layer.items]
    items += [item for _, layer in log.stack.layers() for item in layer]
    large = [item for item in items if not isinstance(item, bytes)]
    assert len(large) == 10
    sizes = found.pop("records")
    assert sizes.pop("others")["records"] == 2
    assert sizes == {
        "stack": records(log.stack),
        "archive": records(log.archive),
        "layers": records(*layers),
        "large_change_sets": records(*large),
        "blocks": records(
            *(block for item in large for block in item.blocks),
            *(keys for item in large for _, keys in item.index),
        ),
    }
    share = records(*layers)["bytes"] / 24 + size(log.archive) / 8
    months = found.pop("months")
    assert {
        month: (grown["change_sets"], grown["entries"])
        for month, grown in months.items()
    } == {"2026-09": (26, 791), "2026-10": (14, 524)}
    encoded = [item for item in items if isinstance(item, bytes)]
    encoded += [block.data for item in large for block in item.blocks]
    assert sum(grown["bytes"] for grown in months.values()) == sum(map(len, encoded))
    assert found == {
        "change_sets": 40,
        "backfilled": 3,
        "unreadable": 0,
        "entries": 1315,
        "stack_change_sets": 16,
        "stack_layers": 2,
        "archive_change_sets": 24,
        "archive_layers": 3,
        "oldest": "2026-09-29T22:00:00.007Z",
        "newest": "2026-10-01T13:00:00.007Z",
        "bytes_per_push": round(size(log.stack) + share),
        "archive_bytes_per_push": round(share),
        "actions": {
            "published": 1150,
            "edited": 140,
            "created": 5,
            "transitioned": 5,
            "reverted": 5,
            "moved": 5,
            "replied": 5,
            "group_joined": 5,
        },
    }


def test_the_output_has_lines_and_tables(printed, log):
    change_sets = [
        ChangeSet(
            datetime(2026, 1 + number // 3, 5, 12, 30, tzinfo=timezone.utc),
            "jane",
            (page(number, "edited"),),
        )
        for number in range(9)
    ]
    for change_set in change_sets:
        log.push(change_set)
    transaction.commit()
    output = printed("stats")
    transaction.begin()
    sizes = [len(encode(change_set)) for change_set in change_sets]
    months = [sum(sizes[start : start + 3]) for start in (0, 3, 6)]
    assert output.splitlines() == [
        "Change sets       9",
        "Entries           9",
        "Oldest            2026-01-05 12:30 UTC",
        "Newest            2026-03-05 12:30 UTC",
        "Stack             9 change sets in 2 layers",
        "Archive           0 change sets in 0 layers",
        f"Bytes per push    {size(log.stack):,}, of which 0 for the archive",
        "",
        "Records        Number  Bytes",
        f"stack               1  {size(log.stack):5,}",
        f"archive             1  {size(log.archive):5,}",
        "other records       2    384",
        "",
        "Month    Change sets  Entries  Bytes",
        f"2026-03            3        3  {months[2]:5,}",
        f"2026-02            3        3  {months[1]:5,}",
        f"2026-01            3        3  {months[0]:5,}",
        "",
        "Action  Entries",
        "edited        9",
    ]


def test_of_a_long_history_the_last_months_are_shown(activitylog, log):
    for number in range(20):
        time = datetime(2024 + number // 12, 1 + number % 12, 1, tzinfo=timezone.utc)
        log.push(ChangeSet(time, None, (page(1),), backfilled=number < 5))
    log.stack.push(b"3 later", log.archive.addLayer)
    transaction.commit()
    lines = activitylog("stats").stdout.splitlines()
    months = [line[:7] for line in lines if line.startswith("20")]
    assert months == [
        *(f"2025-{month:02}" for month in range(8, 0, -1)),
        *(f"2024-{month:02}" for month in range(12, 8, -1)),
    ]
    assert "… and 8 earlier months." in lines
    assert "from the catalog  5" in lines
    assert "unreadable        1" in lines
    assert "Change sets       21" in lines
    everything = json.loads(activitylog("stats", "--json").stdout)
    assert len(everything["months"]) == 20


def test_an_empty_log(printed, log):
    output = printed("stats")
    assert output.splitlines()[:5] == [
        "Change sets       0",
        "Entries           0",
        "Oldest            –",
        "Newest            –",
        "Stack             0 change sets in 0 layers",
    ]
    found = json.loads(printed("stats", "--json"))
    assert (found["oldest"], found["newest"], found["months"]) == (None, None, {})


def test_other_records_of_the_add_on_are_counted(activitylog, portal, log, jane):
    before = json.loads(activitylog("stats", "--json").stdout)["records"]["others"]
    new_key("jane")
    transaction.commit()
    after = json.loads(activitylog("stats", "--json").stdout)["records"]["others"]
    assert after["records"] == before["records"] + 1


def test_an_interruption_is_reported(activitylog, history, ctrl_c):
    with ctrl_c():
        done = activitylog("stats")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr.endswith(
        "Error: Interrupted. Nothing was changed. Run the command again.\n"
    )
