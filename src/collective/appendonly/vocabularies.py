"""Vocabularies of the settings.

A stored value is always a term, even if it has vanished since, because an add-on with an action or
a content type was removed. Otherwise the settings could not be saved.
"""

from collections.abc import Iterable
from collective.appendonly.actions import known_actions
from collective.appendonly.constraints import OpenVocabulary
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.i18n import _
from collective.appendonly.settings import activity_settings
from plone import api
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm


# These are not recorded: a comment belongs to its page, and the other is temporary.
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
    """Return the content types with their titles, in the order of the titles."""
    types = api.portal.get_tool("portal_types")
    titles = {
        name: _title_and_order(types, name)
        for name in shown(types.listContentTypes, (), "The types could not be listed.")
        if name not in _NO_CONTENT
    }
    terms = [
        SimpleTerm(name, name, titles[name][0])
        for name in sorted(titles, key=lambda name: titles[name][1])
    ]
    return _with_stored(terms, activity_settings().types_left_out)


def _title_and_order(types, name):
    """Return the title of a type, to be translated, and what it is sorted by."""

    def find():
        title = types[name].Title()
        if not (title and isinstance(title, str)):
            title = text_of(title) or name
        return title, translate(title, context=getRequest()).casefold()

    message = "The title of the type %r could not be looked up."
    return shown(find, (name, name.casefold()), message, name)


def _with_stored(terms: list[SimpleTerm], stored: Iterable[str]) -> OpenVocabulary:
    vanished = sorted(set(stored) - {term.value for term in terms})
    for name in vanished:
        title = _("${name} (no longer available)", mapping={"name": name})
        terms.append(SimpleTerm(name, name, title))
    return OpenVocabulary(terms)
