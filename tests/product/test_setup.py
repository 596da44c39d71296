"""Installing, uninstalling, installing again."""

from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.structures.check import check
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from pickletools import genops
from plone import api
from plone.base.utils import get_installer
from plone.browserlayer.utils import registered_layers
from ZODB.serialize import referencesf
from zope.annotation.interfaces import IAnnotations
from zope.component import queryAdapter
from zope.component import queryUtility

import io
import pytest
import transaction


PACKAGE = "collective.appendonly"


@pytest.fixture
def installer(portal):
    return get_installer(portal)


def classes_stored_below(persistent, *, prefix):
    """Return the names of the classes that the records reachable from *persistent* need.

    Looks at what pickles import and not at text: a log file may well name the package.
    """
    jar = persistent._p_jar
    found, seen, waiting = set(), set(), [persistent._p_oid]
    while waiting:
        oid = waiting.pop()
        if oid in seen:
            continue
        seen.add(oid)
        data, _ = jar._storage.load(oid)
        waiting.extend(referencesf(data))
        stream = io.BytesIO(data)
        strings = []
        for _ in range(2):
            for opcode, argument, _ in genops(stream):
                if opcode.name == "GLOBAL" and argument.startswith(prefix):
                    found.add(argument)
                elif opcode.name == "STACK_GLOBAL":
                    if strings[-2].startswith(prefix):
                        found.add(" ".join(strings[-2:]))
                elif isinstance(argument, str):
                    strings.append(argument)
    return found


def test_the_site_owner_finds_it_in_the_add_ons_control_panel(portal, installer):
    installer.uninstall_product(PACKAGE)
    view = api.content.get_view("prefs_install_products_form", portal, portal.REQUEST)
    offered = {product["id"]: product for product in view.get_available()}
    assert offered[PACKAGE]["title"] == "Recent activity"
    assert offered[PACKAGE]["description"].startswith("Shows who did what, and when")
    assert "uninstall_profile_id" in offered[PACKAGE]


def test_installing_gives_the_site_its_log(portal, log):
    assert api.portal.get_tool("portal_activity") == log
    assert queryUtility(IAppendStack, name=STACK) == log.stack
    assert queryAdapter(portal, IArchive, name=STACK) == log.archive
    assert (log.stack.max_layers, log.stack.max_length) == (2, 8)
    assert IActivityLayer in registered_layers()
    check(log.stack, log.archive)


def test_uninstalling_leaves_no_trace(portal, installer):
    for number in range(30):
        api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()
    assert classes_stored_below(portal, prefix=PACKAGE) != set()
    installer.uninstall_product(PACKAGE)
    transaction.commit()
    assert queryUtility(IActivityLog) is None
    assert queryUtility(IAppendStack, name=STACK) is None
    assert queryAdapter(portal, IArchive, name=STACK) is None
    assert STACK not in IAnnotations(portal)
    assert IActivityLayer not in registered_layers()
    assert not installer.is_product_installed(PACKAGE)
    assert classes_stored_below(portal, prefix=PACKAGE) == set()


def test_after_uninstalling_edits_go_on(portal, installer, caplog):
    installer.uninstall_product(PACKAGE)
    api.content.create(portal, "Document", "page")
    transaction.commit()
    assert "page" in portal
    assert [r for r in caplog.records if r.name.startswith(PACKAGE)] == []


def test_installing_again_begins_a_new_log(portal, installer):
    api.content.create(portal, "Document", "before")
    transaction.commit()
    epoch = queryUtility(IActivityLog).epoch
    installer.uninstall_product(PACKAGE)
    transaction.commit()
    installer.install_product(PACKAGE)
    api.content.create(portal, "Document", "after")
    transaction.commit()
    log = queryUtility(IActivityLog)
    assert log.epoch != epoch
    assert [e.path for _, change in log.older() for e in change.entries] == ["after"]


def test_installing_twice_keeps_what_was_recorded(portal, log):
    api.content.create(portal, "Document", "page")
    transaction.commit()
    epoch = log.epoch
    portal.portal_setup.runAllImportStepsFromProfile(f"profile-{PACKAGE}:default")
    transaction.commit()
    log = queryUtility(IActivityLog)
    assert [e.path for _, change in log.older() for e in change.entries] == ["page"]
    assert log.epoch == epoch
