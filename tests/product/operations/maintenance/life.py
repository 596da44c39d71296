"""The life of Zebulon on a site, in steps that a Zope process does: see ``zope_process``.

His id occurs nowhere else, so it can be looked for in the bytes of a database. Another member
has an id that begins with it.
"""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.feed.keys import new_key
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance import last_run
from collective.appendonly.operations.maintenance import lock_holder
from collective.appendonly.structures.check import check
from demo.create import ANSWERS
from plone import api
from plone.base.utils import get_installer
from plone.distribution.api import site as site_api
from plone.portlets.constants import USER_CATEGORY
from plone.portlets.interfaces import IPortletManager
from tests.product import visits
from tests.product.people import PASSWORD
from zope.component import getUtilitiesFor
from zope.component import getUtility
from zope.component.hooks import site as current_site
from ZPublisher.utils import basic_auth_encode

import transaction


ZEBULON = "zebulon-7c1"
#: Another user, whose id begins with the same characters.
LATER = "zebulon-7c12"
#: A user in the log without an account.
JANE = "jane"
#: The administrator of the site.
WARDEN = "warden"
#: More entries than a block holds.
MANY = 110


def make_site(app):
    """Create a site that records everything, and erases who is deleted."""
    newSecurityManager(None, system)
    site = site_api.create(app, "classic", ANSWERS)
    with current_site(site):
        site.portal_workflow.setDefaultChain("simple_publication_workflow")
        get_installer(site).install_product("collective.appendonly")
        for name, value in {
            "actions_left_out": (),
            "erase_deleted_users": True,
        }.items():
            api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
        join_as(WARDEN)
        # Or it would be of the first who adds something.
        site.creators = (WARDEN,)
        site.reindexObject()
        transaction.commit()


def write_changes(app, count):
    """Push change sets by Zebulon, the other user, and Jane in turn."""
    with visits.at_work(app, WARDEN):
        log = getUtility(IActivityLog)
        for number in range(count):
            actor = (ZEBULON, LATER, JANE)[number % 3]
            entry = Entry(
                actions=("edited",),
                uid=f"{number:032x}",
                path="page",
                title="Page",
                portal_type="Document",
                principals=("Editor", f"user:{actor}"),
                actor=actor,
            )
            # Every twentieth has blocks.
            entries = (entry,) * (30 if number % 20 == 0 else 1)
            log.push(ChangeSet(clock.utc_now(), actor, entries))
            transaction.commit()


def join(app, *user_ids):
    """Give them accounts."""
    with visits.at_work(app, WARDEN):
        for user_id in user_ids:
            join_as(user_id)


def join_as(user_id):
    api.user.create("somebody@example.org", user_id, PASSWORD)
    api.user.grant_roles(user_id, roles=["Manager"])


def live(app, user_id, portal_type, name):
    """Create content, one by one and many at once; share it; create a feed URL.

    The ids of the content begin with *name*: paths stay as they are.
    """
    for number in range(20):
        with visits.at_work(app, user_id) as site:
            api.content.create(site, portal_type, f"{name}-{number}", title="Item")
    with visits.at_work(app, user_id) as site:
        folder = api.content.create(site, "Folder", f"{name}-folder")
        for number in range(MANY):
            api.content.create(folder, portal_type, f"item-{number}", title="Item")
    with visits.at_work(app, user_id) as site:
        site[f"{name}-folder"].manage_setLocalRoles(user_id, ["Reader"])
        site[f"{name}-folder"].reindexObjectSecurity()
        new_key(user_id)


def edit_in_browser(app, user_id, path):
    """Edit over HTTP, so that Zope notes with the transaction who it was."""
    login = basic_auth_encode(user_id, PASSWORD)
    answer = visits.browser(app).testapp.patch_json(
        f"http://nohost/Plone/{path}",
        {"title": "Edited"},
        headers={"Accept": "application/json", "Authorization": login},
    )
    return answer.status_int


def remove_content(app, name):
    with visits.at_work(app, WARDEN) as site:
        ids = [each for each in site.objectIds() if each.startswith(f"{name}-")]
        site.manage_delObjects(ids)


def leave(app, user_id):
    """Delete the account."""
    with visits.at_work(app, WARDEN):
        api.user.delete(username=user_id)


def forget_account(app, user_id):
    """Take away what Plone leaves of an account: the dashboard, and roles in the site."""
    with visits.at_work(app, WARDEN) as site:
        for _, manager in getUtilitiesFor(IPortletManager):
            mapping = manager.get(USER_CATEGORY, {})
            if user_id in mapping:
                del mapping[user_id]
        del site.acl_users.portal_role_manager._principal_roles[user_id]


def story(app):
    """Return (time, actor, actions, paths) of all change sets, newest first, after a check.

    Of a large one there are as many as it has blocks.
    """
    transaction.begin()
    with current_site(app["Plone"]):
        log = getUtility(IActivityLog)
        check(log.stack, log.archive)
        return [
            (
                to_milliseconds(each.time),
                each.actor,
                [entry.actions for entry in each.entries],
                [entry.path for entry in each.entries],
            )
            for _, each in log.older()
        ]


def state(app):
    """Return the requests, the lock holder, and whether the last run went well."""
    transaction.begin()
    with current_site(app["Plone"]):
        last = last_run(app["Plone"])
        return (
            list(erasures.erasure_requests()),
            lock_holder(app["Plone"]),
            last and last.went_well,
        )
