"""Saved filters of members: names for the URLs of filtered activity pages.

They are stored by user id in an annotation of the site, which exists from the first one on.
``docs/storage-format.rst`` describes it.
"""

from AccessControl import getSecurityManager
from BTrees.OOBTree import OOBTree
from collections.abc import Iterable
from collections.abc import Mapping
from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.parameters import to_parameters
from collective.appendonly.feed.places import content_uid
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from datetime import tzinfo
from plone import api
from typing import Any
from typing import NamedTuple
from urllib.parse import parse_qsl
from urllib.parse import urlencode
from zope.annotation.interfaces import IAnnotations
from zope.i18nmessageid import Message


#: The annotation of the site.
SAVED = "collective.appendonly.saved_filters"

#: The maximum number of saved filters of a user, and the maximum length of a name.
MOST = 20
LONGEST_NAME = 100


class SavedFilter(NamedTuple):
    """A saved filter.

    ``place`` is the :func:`~collective.appendonly.feed.places.content_uid` of what has the activity
    that is filtered. ``query`` has the filters as in a URL.
    """

    name: str
    place: str
    query: str


class CannotSave(Exception):
    """A filter cannot be saved. ``message`` is a translatable text."""

    def __init__(self, message: Message):
        super().__init__(message)
        self.message = message


def may_save(context) -> bool:
    """Return whether the current user can save filters of the activity in *context*."""
    return (
        has_account()
        and content_uid(context) is not None
        and may_view_activity(context)
    )


def save_filter(context, name: Any, filters: Filters, timezone: tzinfo) -> SavedFilter:
    """Save *filters* of the activity in *context* for the current user, and return them.

    They replace those with the same *name*. Days are those of *timezone*.

    Raises :class:`CannotSave`, and :class:`~collective.appendonly.feed.InvalidFilter` as the feed
    does: a saved filter is a link to a page of it.
    """
    if (
        filters == NO_FILTERS
        or not may_save(context)
        or open_log(context, filters) is None
    ):
        raise CannotSave(_("You cannot save filters here."))
    name = _as_stored(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise CannotSave(
            _(
                "Enter a name of at most ${number} characters.",
                mapping={"number": LONGEST_NAME},
            )
        )
    others = [saved for saved in own_filters() if saved.name != name]
    if len(others) >= MOST:
        raise CannotSave(
            _(
                "You can save up to ${number} filters. Remove one first.",
                mapping={"number": MOST},
            )
        )
    query = urlencode(to_parameters(filters, timezone))
    saved = SavedFilter(name, content_uid(context), query)
    _store(_reader(), [*others, saved])
    return saved


def remove_filter(name: Any) -> bool:
    """Remove the saved filter *name* of the current user; return whether there was one."""
    before, name = own_filters(), _as_stored(name)
    after = [saved for saved in before if saved.name != name]
    if after != before:
        _store(_reader(), after)
    return after != before


def own_filters() -> list[SavedFilter]:
    """Return the saved filters of the current user, by name."""
    # The id of a user of the Zope root can be that of a user of this site.
    return filters_of(_reader()) if has_account() else []


def filters_of(user_id: str) -> list[SavedFilter]:
    """Return the saved filters of the user *user_id*, by name."""
    return [SavedFilter(*each) for each in _stored().get(user_id, ())]


def filters_about(user_id: str) -> list[tuple[str, SavedFilter]]:
    """Return the filters for the activity of the user *user_id*, each with its owner."""
    return [
        (owner, saved)
        for owner in _stored()
        for saved in filters_of(owner)
        if ("actor", user_id) in parse_qsl(saved.query)
    ]


def forget_filters(user_id: str) -> None:
    """Remove all saved filters of the user *user_id*."""
    if user_id in _stored():
        _store(user_id, ())


def forget_filters_about(user_id: str) -> None:
    """Remove the saved filters of all users for the activity of the user *user_id*."""
    for owner, about in filters_about(user_id):
        _store(owner, [saved for saved in filters_of(owner) if saved != about])


def _as_stored(name: Any) -> str:
    # On one line: the field of a form would have other line ends than the name.
    return " ".join(printable(name).split()) if isinstance(name, str) else ""


def _reader() -> str:
    return getSecurityManager().getUser().getId()


def _store(user_id: str, saved: Iterable[SavedFilter]) -> None:
    stored = IAnnotations(api.portal.get()).setdefault(SAVED, OOBTree())
    by_name = sorted(saved, key=lambda each: (each.name.casefold(), each.name))
    if by_name:
        stored[user_id] = tuple(map(tuple, by_name))
    elif user_id in stored:
        del stored[user_id]


def _stored() -> Mapping[str, tuple]:
    return IAnnotations(api.portal.get()).get(SAVED, {})
