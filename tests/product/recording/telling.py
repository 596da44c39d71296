"""What is recorded, in a form that is easy to write and to compare.

Everything an entry says is in it, but the UID and the time, which the fixture ``recorded``
checks on its own. What has its default value is left out.
"""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from dataclasses import fields
from dataclasses import MISSING
from datetime import datetime
from datetime import timezone
from plone.app.testing import TEST_USER_ID


#: When everything happens.
NOW = datetime(2026, 11, 23, 9, 30, 0, 123000, tzinfo=timezone.utc)

#: Who may see what is published, and what its owner hasn't published.
PUBLIC = ("Anonymous",)
PRIVATE = (
    "Contributor",
    "Editor",
    "Manager",
    "Reader",
    "Site Administrator",
    "user:admin",
    f"user:{TEST_USER_ID}",
)

_DEFAULTS = {
    field.name: None if field.default_factory is MISSING else field.default_factory()
    for field in fields(Entry)
    if field.default is MISSING
} | {
    field.name: field.default for field in fields(Entry) if field.default is not MISSING
}


def told(change_set: ChangeSet) -> dict:
    """Return *change_set* in the form of :func:`change`."""
    entries = []
    for entry in change_set.entries:
        values = {field.name: getattr(entry, field.name) for field in fields(entry)}
        if entry.actor == change_set.actor:
            del values["actor"]
        del values["uid"]
        entries.append(
            {
                name: value
                for name, value in values.items()
                if name == "actor" or value != _DEFAULTS[name]
            }
        )
    return {"actor": change_set.actor, "entries": entries}


def change(*entries, actor=TEST_USER_ID) -> dict:
    """A change set of *entries*."""
    return {"actor": actor, "entries": list(entries)}


def entry(
    actions, path, title, portal_type="Document", principals=PRIVATE, **others
) -> dict:
    """An entry; *actions* are words with blanks between them."""
    return {
        "actions": tuple(actions.split()),
        "path": path,
        "title": title,
        "portal_type": portal_type,
        "principals": principals,
        **others,
    }


def folder(actions, path, title, **others) -> dict:
    return entry(actions, path, title, "Folder", **others)
