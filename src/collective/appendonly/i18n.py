"""The translation domain of the user interface."""

from typing import Any
from zope.i18nmessageid import Message
from zope.i18nmessageid import MessageFactory


DOMAIN = "collective.appendonly"

_ = MessageFactory(DOMAIN)


def counted(singular: str, plural: str, number: int, /, **mapping: Any) -> Message:
    """Return a text that counts something, for translation.

    *singular* and *plural* are the English texts, as literals, so that ``make pot`` finds them;
    they must not contain a percent sign. ``${count}`` in them is *number*, unless *mapping* has
    another value; *mapping* fills the other variables. Each language has its own number of
    plural forms, and its rule selects one.
    """
    return Message(
        singular,
        DOMAIN,
        # zope.i18n uses it if there is no catalog at all.
        default=singular if number == 1 else plural,
        mapping={"count": number, **mapping},
        msgid_plural=plural,
        number=number,
    )
