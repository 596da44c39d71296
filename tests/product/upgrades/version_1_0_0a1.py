"""Writes ``version_1_0_0a1.fs.xz`` and ``version_1_0_0a1.json``.

The database holds a Plone 6.1 site with data of every kind that 1.0.0a1 stores. The JSON lists
what its log held then, and a feed key. Both stay as they are: later versions have to read them.
Made with the sources of 1.0.0a1 before today's in the path::

    git worktree add ../alpha f39f595
    PYTHONPATH=../alpha/src:../alpha .venv/6.1/bin/python tests/product/upgrades/version_1_0_0a1.py

What this module imports of the product and of its tests is called as it was in 1.0.0a1.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import json
import lzma


HERE = Path(__file__).parent
#: Content that is older than the log, with the year of its creation.
OLD_PAGES = {f"old-{year}": year for year in range(2010, 2016)}
SETTINGS = {
    "actions_left_out": set(),
    "types_left_out": {"Link"},
    "paths_left_out": ("/secret",),
    "users_left_out": ("robot",),
    "audience": "everybody",
    "people_pages": True,
    "viewlet_lines": 12,
    "retention_days": 3650,
    "erase_deleted_users": True,
    "window_layers": 3,
    "window_length": 5,
}


class _Interruption(Exception):
    pass


def begin_backfill(site):
    """Interrupt a backfill after four of the old pages."""
    from collective.appendonly.backfill import backfill
    from collective.appendonly.recording import recording_suspended
    from DateTime import DateTime
    from plone import api

    import transaction

    with recording_suspended():
        for name, year in OLD_PAGES.items():
            page = api.content.create(site, "Document", name, title=name.title())
            page.creation_date = page.modification_date = DateTime(f"{year}-01-01 UTC")
            page.creators = ("jane",)
            page.reindexObject(idxs=["created", "modified", "Creator"])
            transaction.commit()

    def interrupt(done, total):
        if done == 4:
            raise _Interruption

    try:
        backfill(site, interrupt, batch=2)
    except _Interruption:
        transaction.abort()


def change_settings(site):
    from collective.appendonly.interfaces import SETTINGS_PREFIX
    from plone import api

    import transaction

    for name, value in SETTINGS.items():
        api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
    api.portal.set_registry_record("plone.email_from_address", "garden@garden.example")
    transaction.commit()


def do_more(site):
    """Do what the first version did not record."""
    from plone import api
    from plone.app.discussion.interfaces import IConversation
    from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
    from plone.dexterity.interfaces import IDexterityContent
    from tests.product.upgrades.first_version import turn
    from zope.component import createObject
    from zope.lifecycleevent import Attributes
    from zope.lifecycleevent import modified

    page = site["archive"]["page-02"]
    for title in ("Hedges", "Hedge"):
        with turn("carl"):
            page.title = title
            modified(page, Attributes(IDexterityContent, "IBasic.title"))
    with turn("jane"):
        api.portal.get_tool("portal_repository").revert(page, 0)
    with turn("jane"):
        page.setSubject(["green"])
        page.reindexObject()
    with turn("jane"):
        page.manage_setLocalRoles("carl", ["Editor"])
        page.reindexObjectSecurity()
    with turn("bob"):
        copy = ICheckinCheckoutPolicy(page).checkout(site["archive"])
    with turn("bob"):
        ICheckinCheckoutPolicy(copy).checkin("Trimmed.")
    with turn("carl"):
        comment = createObject("plone.Comment")
        comment.text = "Lovely."
        IConversation(page).addComment(comment)
    with turn("bob"):
        api.group.create("gardeners")
    with turn("bob"):
        api.group.add_user("gardeners", username="jane")


def subscribe(site):
    """Subscribe Jane to the site, and Bob to a folder."""
    from collective.appendonly.digests import subscriptions
    from collective.appendonly.digests.fresh import here_and_now
    from collective.appendonly.recording import clock
    from plone import api
    from plone.uuid.interfaces import IUUID
    from tests.product.upgrades.first_version import turn

    archive = site["archive"]
    for context, user, folder, frequency in (
        (site, "jane", subscriptions.WHOLE_SITE, "daily"),
        (archive, "bob", IUUID(archive), "weekly"),
    ):
        with turn(user):
            place, now = here_and_now(context), clock.utc_now()
            url = api.portal.get().absolute_url()
            subscriptions.subscribe((user, folder), frequency, "en", url, place, now)


def operate(site):
    """Run maintenance, which sends both digests, and the doctor's check."""
    from collective.appendonly.doctor import check_conflicts
    from collective.appendonly.maintenance import maintain
    from collective.appendonly.recording import clock
    from Products.MailHost.MailHost import MailBase
    from tests.product.upgrades.first_version import BEGIN
    from unittest.mock import Mock

    night = BEGIN + timedelta(days=1)
    with (
        patch.object(clock, "utc_now", lambda: night),
        patch.object(MailBase, "_makeMailer", Mock()),
    ):
        report = maintain(site)
        assert (report.sent, report.unsent, report.failed) == (2, 0, ()), report
        check_conflicts(site)


def main(folder):
    from collective.appendonly.feed_keys import new_key
    from collective.appendonly.interfaces import IActivityLog
    from collective.appendonly.portlets.activity import Assignment
    from demo import instance
    from plone import api
    from tests.product.upgrades import first_version
    from zope.component import getUtility

    import transaction

    app = instance.found(folder)
    first_version.every_minute()
    site = first_version.found_site(app)
    for profile in ("plone.app.discussion:default", "plone.app.iterate:default"):
        site.portal_setup.runAllImportStepsFromProfile(f"profile-{profile}")
    roles = ("Member", "Site Administrator")
    with first_version.turn("admin"):
        api.user.create("carl@garden.example", "carl", "correct horse", roles)
    begin_backfill(site)
    first_version.do(site)
    change_settings(site)
    subscribe(site)
    do_more(site)
    operate(site)
    with first_version.turn("jane"):
        key = new_key("jane")
    with first_version.turn("admin"):
        api.user.delete("carl")
        columns = site.restrictedTraverse("++contextportlets++plone.rightcolumn")
        columns["activity"] = Assignment("In the garden", scope="site", count=3)
    transaction.commit()

    log = getUtility(IActivityLog)
    held = ",\n".join(json.dumps(each) for each in first_version.tell(log))
    (HERE / "version_1_0_0a1.json").write_text(
        f'{{"feed_key": "{key}", "activity": [\n{held}\n]}}\n'
    )
    database = app._p_jar.db()
    database.pack()
    database.close()
    data = lzma.compress(
        (folder / "Data.fs").read_bytes(), preset=9 | lzma.PRESET_EXTREME
    )
    (HERE / "version_1_0_0a1.fs.xz").write_bytes(data)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        main(Path(folder))
