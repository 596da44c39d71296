"""Sites that have only a part of the add-on: by an interrupted installation, by hand, by a script.

Edits go on there, and pages are shown.
"""

from collective.appendonly.entry import decode
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.structures.check import check
from collective.appendonly.structures.interfaces import IAppendStack
from plone.app.testing import applyProfile
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from plone.browserlayer.interfaces import ILocalBrowserLayerType
from plone.registry.interfaces import IRegistry
from Products.CMFCore.indexing import processQueue
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility
from zope.component import queryUtility
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = [pytest.mark.large, pytest.mark.whole_pages]


PACKAGE = "collective.appendonly"
NOT_RECORDED = "The activity of a transaction could not be recorded."


def no_log(site):
    site.getSiteManager().unregisterUtility(provided=IActivityLog)


def no_stack(site):
    site.getSiteManager().unregisterUtility(provided=IAppendStack, name=STACK)


def no_archive(site):
    del IAnnotations(site)[STACK]


def no_structures(site):
    no_stack(site)
    no_archive(site)


def no_settings(site):
    records = getUtility(IRegistry).records
    for name in [name for name in records if name.startswith(PACKAGE)]:
        del records[name]


def no_browser_layer(site):
    site.getSiteManager().unregisterUtility(
        provided=ILocalBrowserLayerType, name=PACKAGE
    )


HALVES = [no_log, no_stack, no_archive, no_structures, no_settings, no_browser_layer]
#: Without these the log can't be written.
ESSENTIAL = [no_stack, no_structures]


def edit(page, times=1):
    for _ in range(times):
        page.title += "!"
        modified(page)
        transaction.commit()


@pytest.mark.parametrize("half", HALVES)
def test_edits_go_on(site, page, errors, half):
    half(site)
    transaction.commit()
    edit(page)
    transaction.begin()
    assert site["news"]["party"].title == "Party!"
    assert errors() == ([NOT_RECORDED] if half in ESSENTIAL else [])


@pytest.mark.parametrize("half", [no_archive, no_settings, no_browser_layer])
def test_edits_are_still_recorded(site, page, log, half):
    half(site)
    transaction.commit()
    before = len(log.stack)
    edit(page)
    assert len(log.stack) == before + 1
    _, _, newest = next(iter(log.stack))
    assert [entry.title for entry in decode(newest).entries] == ["Party!"]


def test_the_registry_is_gone_at_the_commit(site, page, recorded):
    """Plone itself can't index anything then."""
    page.title = "Feast"
    modified(page)
    processQueue()
    site.getSiteManager().unregisterUtility(provided=IRegistry)
    [change_set] = recorded()
    assert [found["title"] for found in change_set["entries"]] == ["Feast"]


def test_without_archive_the_log_stops_when_the_stack_is_full(site, page, log, errors):
    """It loses nothing that it has."""
    no_archive(site)
    edit(page, times=16 - len(log.stack))
    before = list(log.stack)
    assert errors() == []
    edit(page)
    assert errors() == [NOT_RECORDED]
    assert list(log.stack) == before


@pytest.mark.parametrize("half", HALVES)
def test_pages_are_shown(site, browse, half, errors):
    half(site)
    transaction.commit()
    for path in ("", "/news", "/news/party"):
        browser = browse(path, TEST_USER_NAME, TEST_USER_PASSWORD)
        assert browser.headers["Status"].startswith("200")
    errors()


@pytest.mark.parametrize("half", HALVES)
def test_installing_again_repairs_it(site, page, half, errors):
    half(site)
    edit(page)
    applyProfile(site, f"{PACKAGE}:default")
    edit(page, times=17)
    log = getUtility(IActivityLog)
    titles = [entry.title for _, found in log.older() for entry in found.entries]
    assert titles[0] == f"Party{'!' * 18}"
    assert len(titles) >= 17
    check(log.stack, log.archive)
    errors()


@pytest.mark.parametrize("half", HALVES)
def test_uninstalling_it(site, page, half, uninstall, errors):
    half(site)
    transaction.commit()
    uninstall()
    edit(page)
    assert queryUtility(IActivityLog) is None
    assert errors() == []
