"""The names of filters, as pages and emails show them."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.actions import find_action
from collective.appendonly.feed import Filters
from collective.appendonly.feed import may_list_members
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from zope.i18nmessageid import Message


class Condition(NamedTuple):
    """The label of one condition of some filters, and the filters without it."""

    text: Message | str
    rest: Filters


def conditions(
    filters: Filters, labels: Labels, times: Times, name_of: Callable[[str], str]
) -> Iterator[Condition]:
    """Yield the conditions in *filters*. *name_of* returns the name of a user."""
    if filters.text:
        yield Condition(f"“{printable(filters.text)}”", replace(filters, text=""))
    if filters.actor is not None:
        name = {"name": name_of(filters.actor)}
        yield Condition(_("By ${name}", mapping=name), replace(filters, actor=None))
    if filters.others:
        yield Condition(_("By others"), replace(filters, others=False))
    for name in filters.actions:
        action = find_action(name)
        rest = tuple(other for other in filters.actions if other != name)
        title = action.title if action else printable(name)
        yield Condition(title, replace(filters, actions=rest))
    for name in filters.types:
        rest = tuple(other for other in filters.types if other != name)
        yield Condition(labels.type_title(name), replace(filters, types=rest))
    if filters.since is not None:
        day = {"day": times.day(filters.since)}
        yield Condition(_("Since ${day}", mapping=day), replace(filters, since=None))
    if filters.until is not None:
        # The last day before that time.
        day = {"day": times.day(filters.until - timedelta(microseconds=1))}
        yield Condition(_("Until ${day}", mapping=day), replace(filters, until=None))


def condition_texts(
    filters: Filters, translate: Translator, times: Times, actors: Actors
) -> list[str]:
    """Return the labels of all conditions in *filters*, translated."""

    def name_of(user_id):
        return name_for_members(user_id, lambda found: actors.actor(found).name)

    found = conditions(filters, Labels(translate), times, name_of)
    return [translate(condition.text) for condition in found]


def name_for_members(user_id: str, name_of: Callable[[str], str]) -> str:
    """Return the name of a user, or only the id if the reader may not list the members.

    Otherwise the name would reveal who has an account.
    """
    return name_of(user_id) if may_list_members() else printable(user_id)
