"""The form with the filters of the activity page, and the filters that are on."""

from AccessControl import getSecurityManager
from collections.abc import Iterator
from collective.appendonly.actions import find_action
from collective.appendonly.actions import known_actions
from collective.appendonly.entry import PEOPLE_ACTIONS
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import may_list_members
from collective.appendonly.feed import may_look_up
from collective.appendonly.i18n import _
from collective.appendonly.people import MANAGE_PEOPLE
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.text import printable
from collective.appendonly.vocabularies import types_vocabulary
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from plone import api
from typing import NamedTuple
from zope.i18n import translate
from zope.i18nmessageid import Message


class Option(NamedTuple):
    """A box to tick."""

    value: str
    title: str
    is_ticked: bool


class ActiveFilter(NamedTuple):
    """A filter that is on, in words, and the address of the page without it."""

    text: Message | str
    url: str


class FilterForm:
    """The filters of a view, as it was asked for: what was wrong with them, too.

    *view* is a :class:`~collective.appendonly.browser.filtered.Filtered` one with a ``page``.
    """

    #: What the groups of boxes are called.
    legends = {"types": _("Type of content"), "actions": _("What was done")}

    def __init__(self, view, error: InvalidFilter | None):
        self._view = view
        self._form = view.request.form
        self.error = error
        self._actors = view.actors
        self._labels = Labels(view.translate)

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to see."""
        return self.error is not None or bool(self.active)

    def is_used(self, name: str) -> bool:
        """Tell whether there is something to see in ``actions`` or ``types``."""
        return self.is_wrong(name) or bool(self._ticked(name))

    def is_wrong(self, name: str) -> bool:
        return self.error is not None and self.error.name == name

    def typed(self, name: str) -> str:
        """Return what was typed into a field."""
        typed = self._form.get(name)
        return printable(typed) if isinstance(typed, str) else ""

    def kind(self, name: str) -> str:
        """Return what kind of field shows all that is in it."""
        # A field for days would drop a time of the day, and what is no day.
        is_day = len(self.typed(name)) in (0, len("2026-11-23"))
        return "date" if is_day and not self.is_wrong(name) else "text"

    def _ticked(self, name):
        ticked = self._form.get(name, ())
        ticked = [ticked] if isinstance(ticked, str) else ticked
        if not isinstance(ticked, list | tuple):
            return []
        return [value for value in ticked if isinstance(value, str) and value]

    def options(self, name: str) -> list[Option]:
        """Return the boxes of ``actions`` or ``types``."""
        titles = self._actions() if name == "actions" else self._types()
        ticked = self._ticked(name)
        # What an add-on left behind can still be asked for.
        unknown = {value: printable(value) for value in ticked if value not in titles}
        options = [
            Option(
                printable(value),
                translate(title, context=self._view.request),
                value in ticked,
            )
            for value, title in {**titles, **unknown}.items()
        ]
        return sorted(options, key=lambda option: option.title.casefold())

    def _actions(self):
        site = api.portal.get()
        sees_people = getSecurityManager().checkPermission(MANAGE_PEOPLE, site)
        return {
            action.name: action.title
            for action in known_actions()
            if sees_people or action.name not in PEOPLE_ACTIONS
        }

    def _types(self):
        terms = types_vocabulary(self._view.context)
        return {term.value: term.title for term in terms}

    @property
    def myself(self) -> str | None:
        """The id of the reader, who may always ask for what they did."""
        return None if api.user.is_anonymous() else api.user.get_current().getId()

    @property
    def asks_for_person(self) -> bool:
        """Tell whether the reader may ask for anybody."""
        # There is nobody of this name.
        return self._view.person is None and may_look_up("")

    @cached_property
    def people(self) -> list[Actor]:
        """Those who did something on this page, by name; and the reader."""
        ids = {self.myself} | {
            entry.actor for item in self._view.page.items for entry in item.entries
        }
        people = {self._actors.actor(user_id) for user_id in ids - {None}}
        known = [actor for actor in people if actor.id is not None]
        return sorted(known, key=lambda actor: (actor.name.casefold(), actor.id))

    @cached_property
    def active(self) -> list[ActiveFilter]:
        """The filters that are on."""
        return [
            ActiveFilter(text, self._view.own_address(rest))
            for text, rest in self._active(self._view.filters)
        ]

    def _active(self, on: Filters) -> Iterator[tuple[Message | str, Filters]]:
        times = self._view.times
        if on.text:
            yield f"“{on.text}”", replace(on, text="")
        if on.actor is not None and self._view.person is None:
            name = {"name": self._name(on.actor)}
            yield _("By ${name}", mapping=name), replace(on, actor=None)
        for name in on.actions:
            action = find_action(name)
            rest = tuple(other for other in on.actions if other != name)
            yield action.title if action else name, replace(on, actions=rest)
        for name in on.types:
            rest = tuple(other for other in on.types if other != name)
            yield self._labels.type_title(name), replace(on, types=rest)
        if on.since is not None:
            day = {"day": times.day(on.since)}
            yield _("Since ${day}", mapping=day), replace(on, since=None)
        if on.until is not None:
            # The day that ends then.
            day = {"day": times.day(on.until - timedelta(microseconds=1))}
            yield _("Until ${day}", mapping=day), replace(on, until=None)

    def _name(self, user_id):
        # Of others than those on this page it would tell who has an account.
        known = {actor.id: actor.name for actor in self.people}
        if user_id in known or may_list_members():
            return self._actors.actor(user_id).name
        return user_id
