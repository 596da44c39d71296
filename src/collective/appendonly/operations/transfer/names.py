"""Names in a selection that nothing has: an export of them would be empty without a reason."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import Entry
from collective.appendonly.feed.names import unknown_today
from collective.appendonly.feed.places import Places
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.keys import ACTION
from collective.appendonly.keys import ACTOR
from collective.appendonly.keys import FOLDER
from collective.appendonly.keys import TYPE
from collective.appendonly.operations.transfer.outgoing import is_at_or_below
from collective.appendonly.operations.transfer.outgoing import Selection
from plone import api
from posixpath import dirname
from typing import NamedTuple


class UnknownName(NamedTuple):
    """A name in a selection. ``parameter`` is ``path``, or that of a filter."""

    parameter: str
    name: str


_KINDS: dict[str, tuple[int, Callable[[Entry, str], bool]]] = {
    "actions": (ACTION, lambda entry, name: name in entry.actions),
    "types": (TYPE, lambda entry, name: name == entry.portal_type),
    "actor": (ACTOR, lambda entry, name: name == entry.actor),
}


def unknown_names(
    site, log: IActivityLog, selection: Selection
) -> Iterator[UnknownName]:
    """Yield the names in *selection* that neither *site* has today nor any entry of *log*.

    Searches the log for names that the site does not have. For the path of something that is
    not in a folder, or if the log has no keys, this reads all of it.
    """
    for parameter, name in _unknown_today(selection):
        kind, has = _KINDS[parameter]
        if not _finds(log, kind, name, has):
            yield UnknownName(parameter, name)
    path = selection.path
    if path and not _is_there(site, path):
        if not _finds(log, FOLDER, dirname(path), lambda e, _: is_at_or_below(e, path)):
            yield UnknownName("path", path)


def _unknown_today(selection: Selection) -> Iterable[tuple[str, str]]:
    yield from unknown_today(selection.filters)
    actor = selection.filters.actor
    if actor is not None and api.user.get(userid=actor) is None:
        yield "actor", actor


def _is_there(site, path: str) -> bool:
    found = Places(site).nearest(path).getPhysicalPath()
    return "/".join(found[len(site.getPhysicalPath()) :]) == path


def _finds(
    log: IActivityLog, kind: int, value: str, has: Callable[[Entry, str], bool]
) -> bool:
    # Without a value, any entry can be the one.
    is_narrow = log.keys is not None and value != ""
    having = [log.keys.wanted(kind, [value])] if is_narrow else []
    return any(
        has(entry, value)
        for _, change_set in log.older(having=having)
        for entry in change_set.entries
    )
