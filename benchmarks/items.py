"""Items as the activity log pushes them: change sets of one edit, encoded, each unique."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from hashlib import md5
from typing import Any


_BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)


def activity(number: int) -> bytes:
    """Return an edit of a page by one of some editors. The number makes it unique."""
    entry = Entry(
        actions=("edited",),
        uid=md5(b"%d" % number).hexdigest(),  # random to a compressor
        path=f"news/2026/harvest-festival-{number}",
        title=f"Harvest festival {number}",
        portal_type="News Item",
        principals=("Anonymous",),
        fields=("text", "title"),
    )
    time = _BEGIN + timedelta(seconds=number)
    return encode(ChangeSet(time, f"editor-{number % 7}", (entry,)))


def parts(item: bytes) -> dict[str, Any]:
    """Return what an activity stream is searched by, of one item."""
    change_set = decode(item)
    (entry,) = change_set.entries
    return {
        "time": change_set.time,
        "actor": change_set.actor,
        "action": entry.action,
        "path": entry.path,
        "principals": list(entry.principals),
    }
