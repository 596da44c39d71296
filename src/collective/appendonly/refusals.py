"""What the settings refuse, each with a sentence for the person who tried to save it.

A constraint of a field is asked before all its other checks. The registry keeps none: a
profile may name a type that comes with the next step, and what is stored may have vanished
since.
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
    """A value is refused. Forms and the REST API show the *sentence*."""

    def __init__(self, sentence: Message):
        super().__init__(sentence)
        self.sentence = sentence

    def doc(self) -> Message:
        return self.sentence


class OpenVocabulary(SimpleVocabulary):
    """Lists some terms, and has others too: whether one is wanted, a constraint decides.

    Without a term for a token, forms would drop what was sent without a word.
    """

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, str)

    def getTermByToken(self, token: Any) -> SimpleTerm:
        if not isinstance(token, str):
            raise LookupError(token)
        return self.by_token.get(token) or SimpleTerm(token)


def each(constraint: Callable[[Any], bool]) -> Callable[[Iterable], bool]:
    """Return a constraint for collections: *constraint* holds for each value.

    Forms ask the field of the collection, and would only say that a type is wrong if the field
    of the values refused one. The REST API asks that first.
    """

    def holds_for_each(values: Iterable) -> bool:
        return all(map(constraint, values))

    return holds_for_each


def listed_in(vocabulary: SimpleVocabulary | str) -> Callable[[Any], bool]:
    """Return a constraint: a value has a term in *vocabulary*, or in the one of that name."""

    def is_listed(value: Any) -> bool:
        terms = vocabulary
        if isinstance(terms, str):
            try:
                terms = getVocabularyRegistry().get(None, terms)
            except LookupError:
                # Fields check their defaults when they are made: before any ZCML.
                return True
        if isinstance(value, str) and value in terms.by_value:
            return True
        raise Refused(
            _("There is no “${value}” to choose.", mapping={"value": str(value)})
        )

    return is_listed


def between(low: int, high: int) -> dict[str, Any]:
    """Return the arguments of a field for whole numbers from *low* to *high*."""

    def is_between(value: int) -> bool:
        # For Python, True is a number too.
        if isinstance(value, bool) or not low <= value <= high:
            limits = {"low": str(low), "high": str(high)}
            raise Refused(
                _("Enter a whole number from ${low} to ${high}.", mapping=limits)
            )
        return True

    return {"min": low, "max": high, "constraint": is_between}


def is_path(value: str) -> bool:
    """Constraint: *value* names a place in the site, not the site itself."""
    beginning, *names = value.rstrip("/").split("/")
    if beginning or not names or not all(names) or {".", ".."} & set(names):
        raise Refused(
            _(
                "“${value}” is not a path. Begin with a slash, as seen from the site, and go"
                " on with names: /news/archive",
                mapping={"value": value},
            )
        )
    return True


def is_user_id(value: str) -> bool:
    """Constraint: *value* can be the id of a user."""
    if not value.strip():
        raise Refused(_("A line is blank. Enter a user id there, or remove it."))
    return True
