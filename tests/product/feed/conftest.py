"""A site with two pages, and a log with the change sets of the test."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.log import STACK
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from Products.CMFPlone.CatalogTool import CatalogTool
from tests.product.layers import database_of
from tests.product.layers import site_with

import pytest
import transaction


#: The time of the first change sets.
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
PUBLIC = ("Anonymous",)
SECRET = ("user:somebody",)


def fill(portal):
    for parent, kind, name in [
        ("", "Folder", "garden"),
        ("garden", "Document", "hours"),
        ("", "Document", "party"),
    ]:
        container = portal.unrestrictedTraverse(parent) if parent else portal
        obj = api.content.create(container, kind, name, title=name.title())
        api.content.transition(obj, "publish")


functional = database_of(site_with(fill), needed_by="garden")


@pytest.fixture
def garden(portal):
    """A site with a public folder, a page in it, and a page beside it."""
    return portal


@pytest.fixture
def push(garden, log):
    """Push a change set about one object; its time is so many minutes after BEGIN."""
    deprovision(garden, STACK)
    provision(garden, STACK)
    transaction.commit()

    def entry(about="party", actions=("edited",), principals=PUBLIC, **others):
        obj = garden.unrestrictedTraverse(about)
        facts = {
            "uid": api.content.get_uuid(obj),
            "path": about,
            "title": obj.title,
            "portal_type": obj.portal_type,
        }
        return Entry(actions=tuple(actions), principals=principals, **facts | others)

    def push(about="party", minutes=0, actor="jane", times=1, **others):
        entries = (entry(about, actor=actor, **others),) * times
        log.push(ChangeSet(BEGIN + timedelta(minutes=minutes), actor, entries))
        transaction.commit()

    push.entry = entry
    return push


@pytest.fixture
def asked(monkeypatch):
    """The queries that the catalog was asked."""
    asked = []
    for name in ("searchResults", "unrestrictedSearchResults"):
        original = getattr(CatalogTool, name)

        def counted(self, *args, _original=original, **kwargs):
            asked.append(kwargs)
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(CatalogTool, name, counted)
    return asked
