"""Maintenance that reindexes or rewrites content, but changes nothing that users see.

Each of these passes through the queue in which changes without events are detected, and none of them
is to be recorded as an edit. docs/recording.rst has the list.
"""

from .layer import NEWS
from Acquisition import aq_base
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.textfield.value import RichTextValue
from plone.app.workflow.remap import remap_workflow
from plone.locking.interfaces import ILockable
from Products.CMFCore.indexing import processQueue
from tests.product.layers import database_of
from tests.product.layers import site_with
from z3c.relationfield import RelationValue
from zope.component import createObject
from zope.component import getUtility
from zope.intid.interfaces import IIntIds
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.large


TYPES = [
    "Collection",
    "Document",
    "Event",
    "File",
    "Folder",
    "Image",
    "Link",
    "News Item",
]


def contents(site):
    return [
        brain._unrestrictedGetObject()
        for brain in site.portal_catalog.unrestrictedSearchResults(
            path="/".join(site.getPhysicalPath())
        )
    ]


def fill(site):
    """Add content of all types that is tagged, dated, linked, shared, commented."""
    for addon in ("plone.app.iterate", "plone.app.discussion"):
        api.addon.install(addon)
    api.user.create("joan@example.org", "joan", "correct horse battery")
    api.user.grant_roles("joan", roles=["Manager"])
    for number, portal_type in enumerate(TYPES):
        obj = api.content.create(
            site["news"],
            portal_type,
            f"item{number}",
            title=f"Item{number}",
            language="en",
        )
        obj.setSubject(("garden", "tea"))
        obj.relatedItems = [
            RelationValue(getUtility(IIntIds).getId(site["news"]["party"]))
        ]
        obj.text = RichTextValue(
            f'<a href="resolveuid/{site["news"]["party"].UID()}">Party</a>',
            "text/html",
            "text/x-html-safe",
        )
        obj.remoteUrl = "https://plone.org"
        obj.manage_setLocalRoles("joan", ["Reader"])
        modified(obj)
    site["news"].setDefaultPage("party")
    transaction.commit()
    api.content.transition(site["news"]["item1"], "publish")
    conversation = IConversation(site["news"]["item1"])
    comment = createObject("plone.Comment")
    comment.text = "See you there"
    conversation.addComment(comment)


functional = database_of(site_with(fill, NEWS))


def clear_and_rebuild(site):
    site.portal_catalog.clearFindAndRebuild()


def rebuild(site):
    site.portal_catalog.manage_catalogRebuild()


def refresh(site):
    site.portal_catalog.refreshCatalog(clear=1)


def reindex_one_index(site):
    site.portal_catalog.manage_reindexIndex(["SearchableText"])


def reindex_everything(site):
    """As upgrade steps do. It changes the modification date of everything."""
    for obj in contents(site):
        obj.reindexObject()


def reindex_everything_in_parts(site):
    for obj in contents(site):
        obj.reindexObject()
        processQueue()
        transaction.savepoint(optimistic=True)


def reindex_security(site):
    site.reindexObjectSecurity()


def write_every_record(site):
    for obj in contents(site):
        obj._p_changed = True
        obj.reindexObject(["Title"])


def migrate(site):
    """Give everything an attribute that is no field, as upgrade steps do."""
    for obj in contents(site):
        obj.generation = 2
        obj.reindexObject()


def renew_relations(site):
    """Make new relations to the same pages."""
    ids = getUtility(IIntIds)
    for obj in site["news"].contentValues():
        if getattr(aq_base(obj), "relatedItems", None):
            obj.relatedItems = [RelationValue(ids.getId(site["news"]["party"]))]
            obj.reindexObject()


def update_role_mappings(site):
    workflow = site.portal_workflow["simple_publication_workflow"]
    workflow.states["private"].setPermission("View", False, ["Manager"])
    assert site.portal_workflow.updateRoleMappings() > 0


def give_types_another_workflow(site):
    remap_workflow(
        site,
        type_ids=["Document", "Folder", "News Item"],
        chain=("one_state_workflow",),
        state_map={"private": "published", "published": "published"},
    )
    assert api.content.get_state(site["news"]) == "published"


def update_links(site):
    site.restrictedTraverse("@@updateLinkIntegrityInformation").update()


def import_profile(site):
    site.portal_setup.runAllImportStepsFromProfile("plone.app.contenttypes:default")


def save_versions(site):
    for name in ("party", "item1", "item7"):
        site.portal_repository.save(site["news"][name], comment="Before the feast")


def lock_and_unlock(site):
    lockable = ILockable(site["news"]["party"])
    lockable.lock()
    transaction.commit()
    lockable.unlock()


def remove_a_user(site):
    assert "joan" in site["news"]["item1"].__ac_local_roles__
    api.user.delete("joan")
    assert "joan" not in site["news"]["item1"].__ac_local_roles__


def allow_comments(site):
    api.portal.set_registry_record(
        "plone.app.discussion.interfaces.IDiscussionSettings.globally_enabled", True
    )
    site.portal_catalog.clearFindAndRebuild()


MAINTENANCE = [
    clear_and_rebuild,
    rebuild,
    refresh,
    reindex_one_index,
    reindex_everything,
    reindex_everything_in_parts,
    reindex_security,
    write_every_record,
    migrate,
    renew_relations,
    update_role_mappings,
    give_types_another_workflow,
    update_links,
    import_profile,
    save_versions,
    lock_and_unlock,
    remove_a_user,
    allow_comments,
]


@pytest.mark.parametrize("maintain", MAINTENANCE)
def test_maintenance_is_no_edit(maintain, site, recorded):
    maintain(site)
    assert recorded() == []


@pytest.fixture
def listed(recorded):
    """Commit; return actions and paths of what was recorded."""
    return lambda: [
        (" ".join(found["actions"]), found["path"])
        for change_set in recorded()
        for found in change_set["entries"]
    ]


# Actions on one object that reindex others.


def test_moving_a_folder(site, listed):
    api.content.move(site["news"], site["archive"])
    assert listed() == [("moved", "archive/news")]


def test_renaming_a_folder(site, listed):
    api.content.rename(site["news"], "old-news")
    assert listed() == [("renamed", "old-news")]


def test_copying_a_folder(site, listed):
    api.content.copy(site["news"], site["archive"])
    assert listed() == [("copied", "archive/news")]


def test_removing_what_others_link_to(site, listed):
    api.content.delete(site["news"]["party"], check_linkintegrity=False)
    assert listed() == [("removed", "news/party")]


def test_publishing_everything(site, listed):
    for obj in site["news"].contentValues():
        if api.content.get_state(obj, None) == "private":
            api.content.transition(obj, "publish")
    assert {action for action, _ in listed()} == {"transitioned"}


def test_commenting(site, listed):
    conversation = IConversation(site["news"]["item7"])
    comment = createObject("plone.Comment")
    comment.text = "See you there"
    conversation.addComment(comment)
    assert listed() == [("commented", "news/item7")]


def test_checking_out_and_in(site, python, listed):
    python.check_out("news/item1")
    assert listed() == [("checked_out", "news/item1")]
    python.check_in("news/copy_of_item1")
    assert listed() == [("checked_in", "news/item1")]


def test_sharing_a_folder_reindexes_what_is_inside(site, python, listed):
    python.grant("news", "joan", "Editor")
    assert listed() == [("shared", "news")]
