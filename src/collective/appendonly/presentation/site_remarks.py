"""Remarks on entries that are not about content: what was changed, and the details of logins."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.entry import ADDRESS
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.values import CHANGED
from typing import Any
from zope.i18nmessageid import Message


def site_remarks(entry: VisibleEntry, labels: Labels) -> Iterator[Message]:
    """Yield remarks on *entry*, which is not about content, for translation."""
    for name, (old, new) in entry.values.items():
        yield from _on_change(entry.portal_type, name, old, new, labels)
    for lost, got in entry.roles.values():
        if got:
            yield _("Roles added: ${roles}", mapping={"roles": _listed(got)})
        if lost:
            yield _("Roles removed: ${roles}", mapping={"roles": _listed(lost)})
    details = entry.details
    if details.get("added"):
        yield _("New content type")
    if details.get("removed"):
        yield _("Content type removed")
    if details.get("dependencies"):
        names = [
            labels.site_title(each, entry.portal_type)
            for each in details["dependencies"]
        ]
        yield _("Also installed: ${addons}", mapping={"addons": _listed(names)})
    attempts = details.get("attempts")
    if isinstance(attempts, int) and attempts > 1:
        yield counted(
            "${count} attempt within an hour",
            "${count} attempts within an hour",
            attempts,
        )
    if details.get(ADDRESS):
        address = printable(details[ADDRESS])
        yield _("IP address: ${address}", mapping={"address": address})


def _on_change(kind: str, name: str, old, new, labels: Labels) -> Iterator[Message]:
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        if old:
            yield _("Removed: ${values}", mapping={"values": _listed(old)})
        if new:
            yield _("Added: ${values}", mapping={"values": _listed(new)})
        return
    text: Callable[[Any], Message | str] = _text
    if kind == WORKFLOW:
        text = labels.workflow_titles
    change = {"old": text(old), "new": text(new)}
    if kind == SETTING:
        # The sentence names the setting.
        yield _("${old} → ${new}", mapping=change)
    elif name == "version" and None in (old, new):
        version = text(old if new is None else new)
        yield _("Version ${version}", mapping={"version": version})
    else:
        field = labels.field_title(name, kind)
        yield Message(CHANGED, mapping={"field": field, **change})


def _listed(values) -> str:
    return ", ".join(map(printable, values))


def _text(value) -> Message | str:
    """Return a value as it is shown."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return printable(value) or _("empty")
