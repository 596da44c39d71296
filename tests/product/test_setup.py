"""Installing, uninstalling, installing again."""

from AccessControl.PermissionRole import rolesForPermissionOn
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed.saved import save_filter
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.log import STACK
from collective.appendonly.operations.maintenance.erasure_requests import ERASURES
from collective.appendonly.operations.transfer import Export
from collective.appendonly.operations.transfer import fill_from
from collective.appendonly.operations.verification import verify
from collective.appendonly.portlets.activity import Assignment
from collective.appendonly.portlets.activity import PORTLET
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from datetime import timezone
from pickletools import genops
from plone import api
from plone.app.portlets.portlets import search
from plone.app.portlets.utils import assignment_mapping_from_key
from plone.app.testing import applyProfile
from plone.base.utils import get_installer
from plone.browserlayer.utils import registered_layers
from plone.portlets.interfaces import IPortletType
from plone.registry.interfaces import IRegistry
from tests.product import visits
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.zope_process import unpack_database
from tests.product.zope_process import Zope
from ZODB.serialize import referencesf
from ZODB.utils import z64
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtilitiesFor
from zope.component import getUtility
from zope.component import queryAdapter
from zope.component import queryUtility
from zope.lifecycleevent import modified

import io
import logging
import pytest
import transaction


PACKAGE = "collective.appendonly"
VIEW_ACTIVITY = "collective.appendonly: View activity"
DEFAULT_ROLES = {"Authenticated", "Manager", "Site Administrator"}
WORD = Filters(text="older")


@pytest.fixture
def installer(portal):
    return get_installer(portal)


def stored(connection):
    """Return what the records of the whole database have of the product, as two sets.

    The first has the classes that they need, the second the texts that name it. The setup tool
    keeps a log file of each profile that it imports, and names it after the profile.
    """
    classes, texts = set(), set()
    seen, waiting = set(), [z64]
    while waiting:
        oid = waiting.pop()
        if oid in seen:
            continue
        seen.add(oid)
        data, _ = connection._storage.load(oid)
        waiting.extend(referencesf(data))
        stream = io.BytesIO(data)
        strings = []
        for _ in range(2):
            for opcode, argument, _ in genops(stream):
                if opcode.name == "GLOBAL" and argument.startswith(PACKAGE):
                    classes.add(argument)
                elif opcode.name == "STACK_GLOBAL":
                    if strings[-2].startswith(PACKAGE):
                        classes.add(" ".join(strings[-2:]))
                elif isinstance(argument, str):
                    strings.append(argument)
        texts.update(text for text in strings if PACKAGE in text)
    return classes, {text for text in texts if not text.startswith("import-all-")}


def test_the_site_owner_finds_it_in_the_add_ons_control_panel(portal, installer):
    installer.uninstall_product(PACKAGE)
    view = api.content.get_view("prefs_install_products_form", portal, portal.REQUEST)
    offered = {product["id"]: product for product in view.get_available()}
    assert offered[PACKAGE]["title"] == "Recent activity"
    assert offered[PACKAGE]["description"].startswith("Shows who changed what")
    assert "uninstall_profile_id" in offered[PACKAGE]


def test_installing_gives_the_site_its_log(portal, log):
    assert api.portal.get_tool("portal_activity") == log
    assert queryUtility(IAppendStack, name=STACK) == log.stack
    assert queryAdapter(portal, IArchive, name=STACK) == log.archive
    assert (log.stack.max_layers, log.stack.max_length) == (2, 8)
    assert IActivityLayer in registered_layers()
    assert queryUtility(IPortletType, name=PORTLET) is not None
    assert "my-activity" in portal.portal_actions["user"]
    assert "activity" in portal.portal_actions["object"]
    check(log.stack, log.archive)


#: Where portlets are placed: manager, category and key, as in a profile.
PLACES = [
    ("plone.leftcolumn", "context", "/"),
    ("plone.leftcolumn", "context", "/folder"),
    ("plone.rightcolumn", "context", "/folder/deeper/page"),
    ("plone.footerportlets", "context", "/folder/deeper/page"),
    ("plone.rightcolumn", "group", "Reviewers"),
    ("plone.leftcolumn", "content_type", "Document"),
    ("plone.dashboard3", "user", "test_user_1_"),
]


def place_portlets(site):
    """Place portlets wherever possible, beside others."""
    page = site
    for portal_type, name in [
        ("Folder", "folder"),
        ("Folder", "deeper"),
        ("Document", "page"),
    ]:
        page = api.content.create(page, portal_type, name)
    for place in PLACES:
        mapping = assignment_mapping_from_key(site, *place, create=True)
        mapping["first"] = Assignment()
        mapping["other"] = search.Assignment()
        mapping["second"] = Assignment(scope="site")
    # There are two versions of the page with portlets, and one that was purged.
    for number in range(3):
        page.title = f"Page {number}"
        modified(page)
    site.portal_repository.purge(page, 1)


def placed_portlets(site):
    """Return the names of the portlets that are placed, by place."""
    return {
        place: sorted(
            name
            for name in assignment_mapping_from_key(site, *place)
            if name in ("first", "other", "second")
        )
        for place in PLACES
    }


def use(portal):
    place_portlets(portal)
    add_jane()
    with acting("jane"):
        save_filter(portal, "Others", Filters(others=True), timezone.utc)
    for number in range(30):
        title = "The older one" if number == 3 else ""
        api.content.create(portal, "Document", f"page-{number}", title=title)
        transaction.commit()
    with transaction.manager:
        for number in range(30):
            api.content.create(portal, "Document", f"other-{number}")
    portal.manage_permission(VIEW_ACTIVITY, ["Manager"])
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.users_left_out", ("robot",))
    IAnnotations(portal)[f"{STACK}.backfill"] = Archive()
    getUtility(IAccumulator, name=ERASURES).append(("bob", "pseudonym"))
    configlets = portal.portal_controlpanel.listActions()
    assert [each.id for each in configlets if each.appId == PACKAGE] == ["activity"]


functional = database_of(site_with(use), needed_by="used")


@pytest.fixture
def used(portal):
    """The site after some time: a full log, changed settings, portlets, interrupted work."""
    assert set(rolesForPermissionOn(VIEW_ACTIVITY, portal)) == {"Manager"}
    classes, texts = stored(portal._p_jar)
    assert classes > {
        "collective.appendonly.bulk BulkChangeSet",
        "collective.appendonly.interfaces IActivityLayer",
        "collective.appendonly.log ActivityLog",
        "collective.appendonly.portlets.activity Assignment",
        "collective.appendonly.structures.accumulator Accumulator",
        "collective.appendonly.structures.append_stack AppendStack",
        "collective.appendonly.structures.layer ArchiveLayer",
    }
    assert texts > {
        f"{SETTINGS_PREFIX}.users_left_out",
        "collective.appendonly:default",
    }
    return portal


def uninstall_in_the_add_ons_control_panel(portal):
    get_installer(portal).uninstall_product(PACKAGE)


def uninstall_in_the_import_tab_of_the_setup_tool(portal):
    applyProfile(portal, f"{PACKAGE}:uninstall")


@pytest.mark.large
@pytest.mark.parametrize(
    "uninstall",
    [
        uninstall_in_the_add_ons_control_panel,
        uninstall_in_the_import_tab_of_the_setup_tool,
    ],
)
def test_uninstalling_leaves_no_trace(used, uninstall):
    uninstall(used)
    transaction.commit()
    assert queryUtility(IActivityLog) is None
    assert [name for name, _ in getUtilitiesFor(IAppendStack)] == []
    assert [name for name, _ in getUtilitiesFor(IAccumulator)] == []
    assert queryAdapter(used, IArchive, name=STACK) is None
    assert [key for key in IAnnotations(used) if PACKAGE in key] == []
    assert IActivityLayer not in registered_layers()
    assert [key for key in getUtility(IRegistry).records if PACKAGE in key] == []
    configlets = used.portal_controlpanel.listActions()
    assert [each.id for each in configlets if each.appId == PACKAGE] == []
    assert queryUtility(IPortletType, name=PORTLET) is None
    assert placed_portlets(used) == {place: ["other"] for place in PLACES}
    assert "my-activity" not in used.portal_actions["user"]
    assert "activity" not in used.portal_actions["object"]
    assert set(rolesForPermissionOn(VIEW_ACTIVITY, used)) == DEFAULT_ROLES
    assert not get_installer(used).is_product_installed(PACKAGE)
    assert stored(used._p_jar) == (set(), set())


def test_uninstalling_says_what_it_deletes(portal):
    profiles = {
        profile["id"]: profile for profile in portal.portal_setup.listProfileInfo()
    }
    assert (
        "Deletes all recorded activity"
        in profiles[f"{PACKAGE}:uninstall"]["description"]
    )
    description = profiles[f"{PACKAGE}:default"]["description"]
    assert description.endswith("Uninstalling deletes all recorded activity.")


@pytest.mark.large
def test_uninstalling_twice(used, installer, caplog):
    installer.uninstall_product(PACKAGE)
    applyProfile(used, f"{PACKAGE}:uninstall")
    transaction.commit()
    assert stored(used._p_jar) == (set(), set())
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


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


def test_installing_twice_keeps_the_settings(portal):
    record = f"{SETTINGS_PREFIX}.users_left_out"
    api.portal.set_registry_record(record, ("robot",))
    applyProfile(portal, f"{PACKAGE}:default")
    assert api.portal.get_registry_record(record) == ("robot",)


@pytest.fixture
def version_1005(portal):
    """A site with the actions of version 1005, one of which its owner has hidden."""
    portal.portal_actions["object"].manage_delObjects(["activity"])
    portal.portal_actions["user"]["my-activity"].visible = False
    portal.portal_setup.setLastVersionForProfile(f"{PACKAGE}:default", "1005")
    transaction.commit()
    return portal


def test_the_upgrade_adds_the_action_of_content_and_keeps_the_others(version_1005):
    version_1005.portal_setup.upgradeProfile(f"{PACKAGE}:default")
    actions = version_1005.portal_actions
    order = actions["object"].objectIds()
    assert order.index("activity") == order.index("history") + 1
    assert not actions["user"]["my-activity"].visible


def test_the_upgrade_keeps_an_action_that_the_owner_has_changed(version_1005):
    setup, actions = version_1005.portal_setup, version_1005.portal_actions
    setup.upgradeProfile(f"{PACKAGE}:default")
    added = actions["object"]["activity"].propertyItems()
    setup.runAllImportStepsFromProfile(f"profile-{PACKAGE}:default")
    assert actions["object"]["activity"].propertyItems() == added, "as installed"
    actions["object"]["activity"].visible = False
    setup.setLastVersionForProfile(f"{PACKAGE}:default", "1005")
    setup.upgradeProfile(f"{PACKAGE}:default")
    assert not actions["object"]["activity"].visible


def shown(site):
    """Return what a manager reads, with and without a filter by word."""
    pages = [feed(site, filters, limit=100) for filters in (Filters(), WORD)]
    return [
        [(e.actor, e.actions, e.path) for item in page.items for e in item.entries]
        for page in pages
    ]


@pytest.mark.large
def test_a_log_that_was_exported_is_continued_after_installing_again(used, installer):
    """As docs/installing.rst says."""
    everything, found = before = shown(used)
    assert len(everything) >= 60
    assert [path for _, _, path in found] == ["page-3"]
    exported = io.BytesIO(b"".join(Export(getUtility(IActivityLog)).json_lines()))
    installer.uninstall_product(PACKAGE)
    transaction.commit()
    api.content.create(used, "Document", "unseen")
    transaction.commit()
    installer.install_product(PACKAGE)
    transaction.commit()
    fill_from(used, exported)
    assert shown(used) == before
    api.content.create(used, "Document", "after")
    transaction.commit()
    everything, found = shown(used)
    assert everything.pop(0)[2] == "after"
    assert [everything, found] == before
    assert verify(used, getUtility(IActivityLog)).problems == []


@pytest.mark.processes
@pytest.mark.parametrize("removed_first", [False, True])
def test_a_site_opened_without_the_package(tmp_path, removed_first):
    """A database of the first version: upgraded, uninstalled, then opened without the package.

    Who removes the package first adds it again, uninstalls, and removes it.
    """
    unpack_database("first_version", tmp_path)
    with Zope(tmp_path) as zope:
        assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
        zope.call(visits.retitle, "archive/page-02", "Pruning")
    if removed_first:
        with Zope(tmp_path, with_package=False) as zope:
            # What the test is good for.
            with pytest.raises(AssertionError, match="Couldn't load state"):
                zope.call(visits.get, "")
    with Zope(tmp_path) as zope:
        assert zope.call(visits.run_in_add_ons_control_panel, "uninstall")
    with Zope(tmp_path, with_package=False) as zope:
        for path in (
            "",
            "/archive/page-02",
            "/prefs_install_products_form",
            "/manage_components",
            "/portal_setup/manage_importSteps",
        ):
            status, text = zope.call(visits.get, path)
            assert (status, "Recent activity" in text) == (200, False), path
        zope.call(visits.retitle, "archive/page-02", "Watering")
        assert not zope.call(visits.run_in_add_ons_control_panel, "uninstall")
