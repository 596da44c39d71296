"""The lines in a list of activity, and a language in which each translated text shows."""

from lxml import html
from tests.product.feed.conftest import functional
from tests.product.feed.conftest import garden
from tests.product.feed.conftest import push
from zope.component import getGlobalSiteManager
from zope.i18n import interpolate
from zope.i18n.interfaces import ITranslationDomain
from zope.interface import implementer

import pytest


__all__ = ["functional", "garden", "push"]

DOMAIN = "collective.appendonly"


@pytest.fixture
def lines():
    """Return the lines of activity in a page as a screen reader reads them, without times.

    What is folded away is in them too.
    """

    def lines(contents):
        lists = html.fromstring(contents).cssselect("ul.list-group.list-group-flush")
        return [_text(line) for activity in lists for line in activity]

    return lines


def _text(line):
    for element in line.cssselect("[aria-hidden=true], time"):
        element.drop_tree()
    # The time follows a dot if there are remarks.
    return " ".join(line.text_content().split()).removesuffix(" ·")


@implementer(ITranslationDomain)
class Brackets:
    """A translation domain that returns English in brackets and stores the requested messages."""

    domain = DOMAIN

    def __init__(self):
        self.requested = set()

    def translate(
        self, msgid, mapping=None, context=None, target_language=None, default=None, *_
    ):
        self.requested.add(msgid)
        return f"[{interpolate(default or msgid, mapping)}]"


@pytest.fixture
def translated(portal):
    """Put what the product translates in brackets, and return the domain that does so."""
    registry = getGlobalSiteManager()
    domain = Brackets()
    before = registry.queryUtility(ITranslationDomain, DOMAIN)
    registry.registerUtility(domain, ITranslationDomain, DOMAIN)
    yield domain
    registry.unregisterUtility(domain, ITranslationDomain, DOMAIN)
    if before is not None:
        registry.registerUtility(before, ITranslationDomain, DOMAIN)
