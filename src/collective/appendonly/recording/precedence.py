"""What is told of an object to which several things happened in one transaction.

Whatever isn't absorbed is told, in the order of :data:`~collective.appendonly.entry.ACTIONS`, by one
entry. The table stands in docs/recording.rst as well.
"""

from collections.abc import Iterable
from collective.appendonly.entry import ACTIONS


_ORDER = {action: number for number, action in enumerate(ACTIONS)}

# What is new has the path, title, order and version that it has at the end.
_NEW = frozenset(["moved", "renamed", "edited", "reverted", "reordered"])

#: Of what is gone there is nothing else to tell: each of these absorbs all other actions.
LAST_WORDS = frozenset(["removed", "comment_removed", "user_removed", "group_removed"])

#: For each other action, those that go without saying beside it.
ABSORBED = {
    "created": _NEW,
    "copied": _NEW | {"created"},
    "translated": _NEW | {"created", "copied", "translations_linked"},
    "checked_in": frozenset(["checked_out", "reverted", "edited"]),
    "checked_out": frozenset(["edited"]),
    "reverted": frozenset(["edited"]),
    "commented": frozenset(["comment_edited", "comment_published"]),
    "replied": frozenset(["comment_edited", "comment_published"]),
}


def foremost(actions: Iterable[str]) -> tuple[str, ...]:
    """Return those of *actions* that are told, the most important one first.

    The actions of integrators, which the table doesn't know, follow in alphabetical order.
    """
    actions = set(actions)
    if last := LAST_WORDS & actions:
        return in_order(last)
    absorbed = {other for action in actions for other in ABSORBED.get(action, ())}
    return in_order(actions - absorbed)


def in_order(actions: Iterable[str]) -> tuple[str, ...]:
    """Return *actions* in the order in which they are told."""
    return tuple(sorted(actions, key=lambda a: (_ORDER.get(a, len(_ORDER)), a)))
