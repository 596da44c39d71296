"""The filter form of the activity page, and the active filters."""

from AccessControl import getSecurityManager
from collections.abc import Iterator
from collective.appendonly.actions import known_actions
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import may_list_members
from collective.appendonly.feed import may_look_up
from collective.appendonly.feed.parameters import MAX_LENGTH
from collective.appendonly.feed.parameters import MAX_VALUES
from collective.appendonly.feed.parameters import OTHERS
from collective.appendonly.feed.parameters import SIZE
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.permissions import SITE_PERMISSIONS
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.conditions import Condition
from collective.appendonly.presentation.conditions import conditions
from collective.appendonly.presentation.conditions import name_for_members
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.vocabularies import types_vocabulary
from functools import cached_property
from plone import api
from typing import NamedTuple
from zope.i18nmessageid import Message

import json


class Option(NamedTuple):
    """A checkbox, or an option of a list."""

    value: str
    title: str
    is_checked: bool


class ActiveFilter(NamedTuple):
    """The label of an active filter, and the URL of the page without it."""

    text: Message | str
    url: str


class FilterForm:
    """The filters in the request of *view*, and the *error* in them.

    *view* is a :class:`~collective.appendonly.browser.filtered.FilteredPage`.
    """

    #: The legends of the groups of checkboxes.
    legends = {"types": _("Content type"), "actions": _("Action")}

    def __init__(self, view, error: InvalidFilter | None):
        self._view = view
        self._form = view.request.form
        self.error = error
        self._actors = view.actors
        self._labels = Labels(view.translate)

    @property
    def is_open(self) -> bool:
        """Whether the form is unfolded."""
        return self.error is not None or bool(self.active)

    def is_used(self, name: str) -> bool:
        """Return whether the group ``actions`` or ``types`` is unfolded."""
        return self.has_error(name) or bool(self._checked(name))

    def has_error(self, name: str) -> bool:
        return self.error is not None and self.error.name == name

    def typed(self, name: str) -> str:
        """Return the text in a field, cut if it is too long to be accepted."""
        typed = self._form.get(name)
        return printable(typed[: MAX_LENGTH + 1]) if isinstance(typed, str) else ""

    def input_type(self, name: str) -> str:
        """Return the input type that shows the whole text of a field."""
        # A date field would drop a time of day, and anything that is not a date.
        is_day = len(self.typed(name)) in (0, len("2026-11-23"))
        return "date" if is_day and not self.has_error(name) else "text"

    def _checked(self, name):
        checked = self._form.get(name, ())
        checked = [checked] if isinstance(checked, str) else checked
        if not isinstance(checked, list | tuple):
            return []
        # More, or longer ones, are rejected. The form does not repeat all of them.
        return [
            value
            for value in checked[:MAX_VALUES]
            if isinstance(value, str) and 0 < len(value) <= MAX_LENGTH
        ]

    def options(self, name: str) -> list[Option]:
        """Return the checkboxes of ``actions`` or ``types``."""
        titles = self._actions() if name == "actions" else self._types()
        checked = self._checked(name)
        # Actions and types of a removed add-on can still be selected.
        unknown = {value: printable(value) for value in checked if value not in titles}
        options = [
            Option(
                printable(value),
                printable(self._view.translate(title)),
                value in checked,
            )
            for value, title in {**titles, **unknown}.items()
        ]
        return sorted(options, key=lambda option: option.title.casefold())

    def _actions(self):
        site, allows = api.portal.get(), getSecurityManager().checkPermission
        # Others than managers see no activity about users, settings and the like.
        hidden = {
            kind
            for kind, permission in SITE_PERMISSIONS.items()
            if not allows(permission, site)
        }
        return {
            action.name: action.title
            for action in known_actions()
            if getattr(action, "about", None) not in hidden
        }

    def _types(self):
        terms = types_vocabulary(self._view.context)
        return {term.value: term.title for term in terms}

    @property
    def myself(self) -> str | None:
        """The id of the reader, who can always filter by their own activity."""
        return None if api.user.is_anonymous() else api.user.get_current().getId()

    @property
    def has_user_field(self) -> bool:
        """Whether the reader can filter by any user."""
        # No user has this id.
        return self._view.person is None and may_look_up("")

    @cached_property
    def picker(self) -> str | None:
        """The options of ``pat-select2``, if the reader can search for users by name."""
        if not may_list_members():
            return None
        options = {
            "vocabularyUrl": f"{api.portal.get().absolute_url()}/@@activity-people",
            "maximumSelectionSize": 1,
            # The first of what it offers would be what was typed.
            "allowNewItems": "false",
            # No user id has a line feed. It would be taken for several.
            "separator": "\n",
            "placeholder": self._view.translate(_("Name or user ID")),
        }
        chosen = self.typed("actor")
        if chosen:
            options["initialValues"] = {chosen: self._name(chosen)}
        return json.dumps(options)

    @property
    def by_others(self) -> bool:
        """Whether the checkbox for the activity of others is selected."""
        return self._form.get("by") == OTHERS

    @property
    def sizes(self) -> list[Option]:
        """The numbers of lines on a page; none if the page has no lines."""
        current = self._view.size
        offered = sorted({*self._view.sizes, current}) if self._view.sizes else []
        return [
            # Without the default, the URL is shorter.
            Option("" if size == SIZE else str(size), str(size), size == current)
            for size in offered
        ]

    @cached_property
    def people(self) -> list[Actor]:
        """The reader and the actors on this page, sorted by name."""
        ids = {self.myself} | {
            entry.actor for item in self._view.page.items for entry in item.entries
        }
        people = {self._actors.actor(user_id) for user_id in ids - {None}}
        known = [actor for actor in people if actor.id is not None]
        return sorted(known, key=lambda actor: (actor.name.casefold(), actor.id))

    @cached_property
    def active(self) -> list[ActiveFilter]:
        """The active filters."""
        return [
            ActiveFilter(text, self._view.own_url(rest))
            for text, rest in self._named(self._view.filters)
        ]

    def _named(self, filters: Filters) -> Iterator[Condition]:
        """Yield the conditions in *filters*, without that on the user whom the view is about."""
        found = conditions(filters, self._labels, self._view.times, self._name)
        for condition in found:
            if self._view.person is None or condition.rest.actor is not None:
                yield condition

    def _name(self, user_id):
        # The page shows the names of these users in any case.
        known = {actor.id: actor.name for actor in self.people}
        return known.get(user_id) or name_for_members(user_id, self._name_of)

    def _name_of(self, user_id):
        return self._actors.actor(user_id).name
