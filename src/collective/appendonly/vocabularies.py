"""What the settings let people choose from.

What is stored can always be chosen, even if it has vanished since: an add-on that declared an
action was removed, or a type. Else nothing could be saved until somebody found out why.
"""

from collections.abc import Iterable
from collective.appendonly.actions import known_actions
from collective.appendonly.i18n import _
from collective.appendonly.refusals import OpenVocabulary
from collective.appendonly.settings import activity_settings
from plone import api
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm


# Nothing is recorded of these: a comment belongs to its page, the others are not for people.
_NO_CONTENT = frozenset(["Discussion Item", "TempFolder"])


@provider(IVocabularyFactory)
def actions_vocabulary(context) -> OpenVocabulary:
    """Return the actions with their titles, in the order of an entry."""
    terms = [
        SimpleTerm(action.name, action.name, action.title) for action in known_actions()
    ]
    return _with_stored(terms, activity_settings().actions_left_out)


@provider(IVocabularyFactory)
def types_vocabulary(context) -> OpenVocabulary:
    """Return the types of content with their titles, in the order of these."""
    types = api.portal.get_tool("portal_types")
    terms = [
        SimpleTerm(name, name, types[name].Title())
        for name in types.listContentTypes()
        if name not in _NO_CONTENT
    ]
    terms.sort(key=_as_people_read_it)
    return _with_stored(terms, activity_settings().types_left_out)


def _as_people_read_it(term):
    return translate(term.title, context=getRequest()).casefold()


def _with_stored(terms: list[SimpleTerm], stored: Iterable[str]) -> OpenVocabulary:
    vanished = sorted(set(stored) - {term.value for term in terms})
    for name in vanished:
        title = _("${name} (no longer there)", mapping={"name": name})
        terms.append(SimpleTerm(name, name, title))
    return OpenVocabulary(terms)
