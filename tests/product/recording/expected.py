"""Expected change sets, in a form that is easy to write and to compare.

It has all attributes of an entry but the UIDs and the time, which the fixture ``recorded``
checks itself, and two that depend on how a page was made: the versions, which test_versions.py is
about, and the old and new values, which test_values.py is about. Default values are omitted, and so
is the actor of an entry that is the actor of the change set.
"""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from plone.app.testing import TEST_USER_ID


#: When everything happens.
NOW = datetime(2026, 11, 23, 9, 30, 0, 123000, tzinfo=timezone.utc)

#: The principals that can view published content, and private content.
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

#: What an entry has that is about publishing something private.
PUBLISHED = {
    "principals": PUBLIC,
    "transitions": ("publish",),
    "old_state": "private",
    "new_state": "published",
}

_REQUIRED = {
    "actions": (),
    "path": "",
    "title": "",
    "portal_type": "",
    "principals": (),
}
_CHECKED_ELSEWHERE = frozenset(["uid", "version", "version_before", "values"])
_DEFAULTS = vars(Entry(uid="", **_REQUIRED))


def simplified(change_set: ChangeSet) -> dict:
    """Return *change_set* in the form of :func:`change`."""
    defaults = _DEFAULTS | {"actor": change_set.actor}

    def without_uid(value):
        return replace(value, uid="") if isinstance(value, Source) else value

    entries = [
        {
            name: without_uid(value)
            for name, value in vars(entry).items()
            if name in _REQUIRED
            or (
                value != defaults[name]
                and (name not in _CHECKED_ELSEWHERE or not entry.uid)
            )
        }
        for entry in change_set.entries
    ]
    return {"actor": change_set.actor, "entries": entries}


def change(*entries, actor=TEST_USER_ID) -> dict:
    """A change set of *entries*, each made by :func:`entry` or :func:`folder`."""
    return {"actor": actor, "entries": list(entries)}


def only(*entries, actor=TEST_USER_ID) -> list[dict]:
    """The result of the fixture ``recorded`` for a single change set of *entries*."""
    return [change(*entries, actor=actor)]


def entry(
    actions, path, title=None, portal_type="Document", principals=PRIVATE, **others
) -> dict:
    """An entry about a page; *actions* are words with blanks between them.

    The *title* is that of the fixture ``add``, made of the path, unless another is given. A
    *source* that is a path, and *descendants* that are a number, stand for private content.
    """
    if isinstance(others.get("source"), str):
        others["source"] = Source(others["source"], PRIVATE)
    if isinstance(others.get("descendants"), int):
        others["descendants"] = ((others["descendants"], PRIVATE),)
    return {
        "actions": tuple(actions.split()),
        "path": path,
        "title": path.rpartition("/")[2].title() if title is None else title,
        "portal_type": portal_type,
        "principals": principals,
        **others,
    }


def folder(actions, path, title=None, **others) -> dict:
    """An entry about a folder."""
    return entry(actions, path, title, "Folder", **others)
