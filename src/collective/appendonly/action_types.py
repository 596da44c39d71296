"""The classes of actions: their texts, and their meaning for the other actions of an entry."""

from collective.appendonly.interfaces import IActivityAction
from dataclasses import dataclass
from zope.i18nmessageid import Message
from zope.interface import implementer


@implementer(IActivityAction)
@dataclass(frozen=True)
class Action:
    """See IActivityAction."""

    name: str
    title: Message | str
    sentence: Message | str
    words: Message | str
    icon: str = "clock-history"
    details: Message | str | None = None


@dataclass(frozen=True)
class RecordedAction(Action):
    """An action that the add-on records itself.

    ``clause`` follows a sentence about another action of the same entry, if ``words`` are no verb
    with the item as its object: "edited Rose bed and changed the sharing". It has no pronoun.
    ``supersedes`` are the actions that are implied by it: an entry does not name them beside it.
    With ``supersedes_all``, the object is gone, and the entry names no other action.
    ``activity_type`` is the type of activity in Activity Streams 2.0: the general one for creating
    and cancelling a working copy, which do not change the original. ``source`` is the text
    about the other place that the entry names, if this action brought it in; it has ``${path}``
    or ``${name}``. ``about`` is the portal type of the entries that have this action, if they are not
    about content.
    """

    clause: Message | None = None
    supersedes: frozenset[str] = frozenset()
    supersedes_all: bool = False
    activity_type: str = "Activity"
    source: Message | None = None
    about: str | None = None
