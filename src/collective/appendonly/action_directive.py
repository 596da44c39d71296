"""The ZCML directive ``appendonly:action``."""

from collective.appendonly.actions import Action
from collective.appendonly.entry import ACTIONS
from collective.appendonly.interfaces import IActivityAction
from zope.component.zcml import utility
from zope.configuration.exceptions import ConfigurationError
from zope.configuration.fields import MessageID
from zope.interface import Interface
from zope.schema import TextLine


class IActionDirective(Interface):
    """Say what people read when ``record(obj, name)`` was called."""

    name = TextLine(title="Name", description="The action as it is recorded.")

    title = MessageID(
        title="Title", description="What settings and filters call it: Downloaded."
    )

    sentence = MessageID(
        title="Sentence",
        description="What the log says, with ${actor} and ${item} in it.",
    )

    words = MessageID(
        title="Words",
        description="How it is named among others: downloaded. Without it: the title.",
        required=False,
    )

    icon = TextLine(
        title="Icon",
        description="The name of an icon of Plone's icon resolver.",
        default="clock-history",
        required=False,
    )


def action(_context, name, title, sentence, words=None, icon="clock-history"):
    if name in ACTIONS:
        raise ConfigurationError(
            f"The action {name!r} is collective.appendonly's own. Take another name."
        )
    for slot in ("${actor}", "${item}"):
        if slot not in (getattr(sentence, "default", None) or sentence):
            raise ConfigurationError(f"The sentence {sentence!r} has no {slot}.")
    utility(
        _context,
        provides=IActivityAction,
        component=Action(name, title, sentence, words or title, icon),
        name=name,
    )
