"""The translation domain of the texts that people read."""

from typing import Any
from zope.i18nmessageid import Message
from zope.i18nmessageid import MessageFactory


DOMAIN = "collective.appendonly"

_ = MessageFactory(DOMAIN)


def counted(singular: str, plural: str, number: int, /, **mapping: Any) -> Message:
    """Return a text that counts something, for translation.

    *singular* and *plural* are the English texts, literals, so that ``make pot`` finds them;
    they may not contain a percent sign. ``${count}`` in them is *number*, unless *mapping* has
    another; *mapping* fills the other variables. A language has as many plural forms as it
    needs, and its rule chooses.
    """
    return Message(
        singular,
        DOMAIN,
        # What zope.i18n takes where there is no catalog at all.
        default=singular if number == 1 else plural,
        mapping={"count": number, **mapping},
        msgid_plural=plural,
        number=number,
    )
