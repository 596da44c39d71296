"""Constraints of the settings, each with a message for the user who tries to save; and the choices.

A field calls its constraint before all its other checks. The registry stores no constraints: a
profile can name a content type that the next import step adds, and a stored value may have
vanished since.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collective.appendonly.i18n import _
from typing import Any
from zope.i18nmessageid import Message
from zope.schema.interfaces import ValidationError
from zope.schema.vocabulary import getVocabularyRegistry
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


class Refused(ValidationError):
    """A value is invalid. Forms and the REST API show the *message*."""

    def __init__(self, message: Message):
        super().__init__(message)
        self.message = message

    def doc(self) -> Message:
        return self.message


class OpenVocabulary(SimpleVocabulary):
    """A vocabulary that accepts any string, so that a constraint can reject it.

    For a token without a term, forms drop the value without a message.
    """

    @classmethod
    def titled(cls, **titles: Message) -> "OpenVocabulary":
        """Return a vocabulary of the values with these titles."""
        return cls([SimpleTerm(value, value, title) for value, title in titles.items()])

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, str)

    def getTermByToken(self, token: Any) -> SimpleTerm:
        if not isinstance(token, str):
            raise LookupError(token)
        return self.by_token.get(token) or SimpleTerm(token)


def several(
    constraint: Callable[[Any], bool], default: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the arguments of a field for several values, each of which meets *constraint*.

    Forms validate the field of the collection, and only report a wrong type if the field of the
    values rejects one. The REST API validates the field of the values first.
    """

    def holds_for_each(values: Iterable) -> bool:
        return all(map(constraint, values))

    return {
        "constraint": holds_for_each,
        "default": default,
        "missing_value": (),
        "required": False,
    }


def on_or_off(default: bool) -> dict[str, Any]:
    """Return the arguments of a field for a checkbox."""
    return {"default": default, "required": False}


def listed_in(vocabulary: SimpleVocabulary | str) -> Callable[[Any], bool]:
    """Return a constraint: a value has a term in *vocabulary*, or in the one with that name."""

    def is_listed(value: Any) -> bool:
        terms = vocabulary
        if isinstance(terms, str):
            try:
                terms = getVocabularyRegistry().get(None, terms)
            except LookupError:
                # Fields validate their defaults when they are created: before any ZCML.
                return True
        if isinstance(value, str) and value in terms.by_value:
            return True
        raise Refused(
            _("“${value}” is not a valid choice.", mapping={"value": str(value)})
        )

    return is_listed


def between(low: int, high: int) -> dict[str, Any]:
    """Return the arguments of a field for whole numbers from *low* to *high*."""

    def is_between(value: int) -> bool:
        # In Python, True is an int too.
        if isinstance(value, bool) or not low <= value <= high:
            limits = {"low": str(low), "high": str(high)}
            raise Refused(
                _("Enter a whole number from ${low} to ${high}.", mapping=limits)
            )
        return True

    return {"min": low, "max": high, "constraint": is_between}


def is_path(value: str) -> bool:
    """Require a path in the site, not of the site itself."""
    beginning, *names = value.rstrip("/").split("/")
    if beginning or not names or not all(names) or {".", ".."} & set(names):
        raise Refused(
            _(
                "“${value}” is not a valid path. Enter a path relative to the site,"
                " starting with a slash: /news/archive",
                mapping={"value": value},
            )
        )
    return True


def is_user_id(value: str) -> bool:
    """Require a line that is not blank."""
    if not value.strip():
        raise Refused(_("One line is blank. Enter a user ID or remove the line."))
    return True


#: Who can view the activity at all. What they see then depends on their permissions.
AUDIENCES = OpenVocabulary.titled(
    members=_("Users with the “View activity” permission"),
    everybody=_("Everyone, including anonymous users"),
    nobody=_("Nobody (activity is recorded but not shown)"),
)

#: The pages that show the viewlet.
PLACES = OpenVocabulary.titled(
    site=_("Home page: activity on the whole site"),
    folders=_("Folders: activity in the folder and below"),
    pages=_("Other content: changes to the item"),
)
