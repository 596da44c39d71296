"""People with browsers, and what they read in the list of activity."""

from collective.appendonly.interfaces import IActivityLayer
from contextlib import contextmanager
from lxml import html
from plone import api
from zope.interface import alsoProvides

import pytest
import transaction


@pytest.fixture
def jane(person):
    """An editor."""
    return person("jane", "Jane Miller", "Contributor", "Editor", "Reviewer")


@pytest.fixture
def mary(person):
    """A member with no other role."""
    return person("mary", "Mary Member")


@pytest.fixture
def acting(portal):
    """Do what is in the ``with`` block as a user, in a transaction of its own."""

    @contextmanager
    def acting(user_id):
        with api.env.adopt_user(username=user_id):
            yield
        transaction.commit()

    return acting


@pytest.fixture
def http_request(portal):
    """The request of the test, as one of a site with the add-on."""
    alsoProvides(portal.REQUEST, IActivityLayer)
    return portal.REQUEST


@pytest.fixture
def lines():
    """Return the lines of activity in a page as a screen reader says them, without times.

    What is folded away is in them too.
    """

    def lines(contents):
        lists = html.fromstring(contents).cssselect("ul.list-group.list-group-flush")
        return [_text(line) for activity in lists for line in activity]

    return lines


def _text(line):
    for element in line.cssselect("[aria-hidden=true], time"):
        element.drop_tree()
    # The time comes after a dot, if anything is before it.
    return " ".join(line.text_content().split()).removesuffix(" ·")
