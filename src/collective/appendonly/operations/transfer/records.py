"""Change sets as JSON records, and back, without loss.

The names are those of ``entry.py``. The format is documented in docs/storage-format.rst.
"""

from collections.abc import Mapping
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.entry import to_iso
from collective.appendonly.validation import flaws
from collective.appendonly.validation import without_surrogates
from datetime import datetime
from typing import Any


FORMAT = "collective.appendonly activity"
VERSION = 1

#: The first line of a file.
HEADER = {"format": FORMAT, "version": VERSION}

_ALWAYS = ("actions", "uid", "path", "title", "portal_type", "principals")
# These are left out of a record if they have their default value.
_DEFAULTS = {
    "fields": (),
    "transitions": (),
    "old_state": None,
    "new_state": None,
    "comment": "",
    "source": None,
    "descendants": (),
    "discussion_item": None,
    "group": None,
    "version": None,
    "version_before": None,
    "details": {},
}
_LISTS = frozenset(["actions", "principals", "fields", "transitions"])
# 1.0.0a1 has exported lone surrogates that users had written.
_FREE_TEXTS = frozenset(["title", "comment"])


class Malformed(ValueError):
    """An invalid record. The message is the predicate of a sentence, such as ``"has no time"``."""


def to_record(change_set: ChangeSet, continued: bool = False) -> dict[str, Any]:
    """Return the record of *change_set*, or of a part of one.

    *continued* marks a further part of the change set in the previous record.
    """
    record: dict[str, Any] = {
        "time": to_iso(change_set.time),
        "actor": change_set.actor,
        "entries": [_from_entry(entry, change_set) for entry in change_set.entries],
    }
    if change_set.backfilled:
        record["backfilled"] = True
    if continued:
        record["continued"] = True
    return record


def end_record(change_sets: int, entries: int) -> dict[str, Any]:
    """Return the record of the last line, without which a file is incomplete."""
    return {"end": True, "change_sets": change_sets, "entries": entries}


def from_record(record: Any) -> ChangeSet:
    """Return the change set, or the part of one, in *record*.

    Raises :class:`Malformed` for anything that :func:`to_record` does not return.
    """
    known = ("time", "actor", "entries", "backfilled", "continued")
    record = _object(record, "is", known)
    try:
        actor = record["actor"]
        change_set = ChangeSet(
            time=_time(record["time"]),
            actor=actor,
            entries=tuple(
                _to_entry(entry, actor) for entry in _list(record["entries"])
            ),
            backfilled=record.get("backfilled") is True,
        )
    except KeyError as error:
        raise Malformed(f"has no {error.args[0]!r}") from None
    for flaw in flaws(change_set):
        raise Malformed(flaw)
    return change_set


def _from_entry(entry: Entry, change_set: ChangeSet) -> dict[str, Any]:
    record = {name: getattr(entry, name) for name in _ALWAYS}
    if entry.actor != change_set.actor:
        record["actor"] = entry.actor
    for name, default in _DEFAULTS.items():
        value = getattr(entry, name)
        if value != default:
            record[name] = value
    if entry.source is not None:
        source = entry.source
        record["source"] = {"path": source.path, "principals": source.principals}
        if source.uid:
            record["source"]["uid"] = source.uid
    if entry.descendants:
        record["descendants"] = [
            {"count": count, "principals": principals}
            for count, principals in entry.descendants
        ]
    return record


def _to_entry(record: Any, actor: str | None) -> Entry:
    record = _object(record, "has the entry", (*_ALWAYS, "actor", *_DEFAULTS))
    values = {
        name: tuple(_list(value)) if name in _LISTS else value
        for name, value in record.items()
    }
    values.setdefault("actor", actor)
    for name in _FREE_TEXTS & values.keys():
        if isinstance(values[name], str):
            values[name] = without_surrogates(values[name])
    if "source" in values:
        values["source"] = _source(values["source"])
    if "descendants" in values:
        values["descendants"] = tuple(map(_descendants, _list(values["descendants"])))
    return Entry(**{name: values[name] for name in _ALWAYS} | values)


def _source(record) -> Source:
    record = _object(record, "has the source", ("path", "principals", "uid"))
    principals = tuple(_list(record["principals"]))
    return Source(record["path"], principals, record.get("uid", ""))


def _descendants(record) -> tuple:
    record = _object(record, "has the descendants", ("count", "principals"))
    return record["count"], tuple(_list(record["principals"]))


def _object(value: Any, verb: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{verb} {value!r:.60}, which is not an object")
    for name in value:
        if name not in known:
            raise Malformed(f"has {name!r:.60}, which this version does not know")
    return value


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise Malformed(f"has {value!r:.60} instead of a list")
    return value


def _time(value: Any) -> datetime:
    try:
        # Python 3.10 does not support the letter Z.
        time = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if time.tzinfo is None:
            raise ValueError
    except (AttributeError, ValueError):
        raise Malformed(f"has the invalid time {value!r:.60}") from None
    return time
