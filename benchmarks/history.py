"""A site with a past: some hundred pages, and a log with as many entries as wanted.

Three members read the same log, so that one site answers for all of them:

* *Joan* is on the staff. She may see whatever happened.
* *Max* is a guest. Of a thousand entries one is about a published page. The others are about
  pages that he could not see when it happened.
* *Lea* left the staff. She could see all of it when it happened, and sees today what Max sees.
"""

from benchmarks.report import progress
from benchmarks.texts import text
from benchmarks.texts import title
from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import recording_suspended
from collective.appendonly.recording.snapshot import Facts
from collective.appendonly.recording.snapshot import facts
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from plone.app.textfield.value import RichTextValue
from random import Random
from zope.component import getUtility
from zope.component.hooks import setSite

import transaction


#: So many entries make a round. The log repeats it, so its newest page is the same at any size.
ROUND = 1000
READERS = {"joan": "Joan Maple", "max": "Max Linden", "lea": "Lea Alder"}
#: The path of the page that one entry of a round is about.
PUBLISHED = "news/opening-hours"

_SEED = 20261123
_FOLDERS = 10
_PAGES = 30  # in each
_EDITORS = 12
_APART = timedelta(seconds=31)  # a million entries take a year
_BEGIN = datetime.now(timezone.utc) - timedelta(days=365)
# Of a hundred change sets so many have one entry, three, ten.
_SIZES = {1: 95, 3: 4, 10: 1}
# Of a hundred entries so many.
_ACTIONS = {
    "edited": 74,
    "transitioned": 10,
    "created": 8,
    "moved": 4,
    "removed": 4,
}
_FIELDS = ("description", "subjects", "text", "title")


def furnish(site) -> list[Facts]:
    """Fill *site* with people and pages; return what the log needs to know of the pages.

    The published one comes last.
    """
    with recording_suspended():
        editors = {f"editor-{n}": title(n) for n in range(_EDITORS)}
        for user_id, name in (READERS | editors).items():
            api.user.create(
                username=user_id,
                email=f"{user_id}@example.com",
                password="correct horse battery",
                properties={"fullname": name},
            )
        api.group.create(groupname="staff")
        api.group.add_user(groupname="staff", username="joan")
        pages = [page for n in range(_FOLDERS) for page in _internal(site, f"area-{n}")]
        news = api.content.create(site, "Folder", "news", title="News")
        hours = _page(news, "opening-hours", 1)
        welcome = _page(site, "welcome", 2)
        for published in (news, hours, welcome):
            api.content.transition(published, "publish")
        site.setDefaultPage("welcome")
        transaction.commit()
    return [facts(page) for page in (*pages, hours)]


def _internal(site, name):
    folder = api.content.create(site, "Folder", name, title=f"Folder {name}")
    api.group.grant_roles(groupname="staff", roles=["Reader"], obj=folder)
    pages = [_page(folder, f"page-{n}", 1000 + n) for n in range(_PAGES)]
    folder.reindexObjectSecurity()
    return pages


def _page(container, name, number):
    body = RichTextValue(text(name), "text/html", "text/x-html-safe")
    return api.content.create(
        container, "Document", name, title=title(number), text=body
    )


class History:
    """Writes the log of *site*. ``count`` is the number of its entries."""

    def __init__(self, site, pages: list[Facts]):
        self._site = site
        self._round = list(_round(pages))
        self.count = 0

    def grow(self, count: int) -> None:
        """Go on until there are *count* entries, a number of whole rounds."""
        setSite(self._site)
        log = getUtility(IActivityLog)
        while self.count < count:
            for change_set in self._round:
                log.push(replace(change_set, time=_BEGIN + self.count * _APART))
                self.count += len(change_set.entries)
            transaction.commit()
            log._p_jar.cacheGC()
            if self.count % 100_000 == 0:
                progress(f"{self.count} entries")


def _round(pages: list[Facts]) -> Iterator[ChangeSet]:
    random = Random(_SEED)
    *internal, published = pages
    count = 0
    while count < ROUND:
        if count == ROUND // 2:
            yield _change_set(random, [published])
            count += 1
            continue
        [size] = random.choices(list(_SIZES), list(_SIZES.values()))
        end = ROUND // 2 if count < ROUND // 2 else ROUND
        size = min(size, end - count)
        yield _change_set(random, random.sample(internal, size), former_staff=True)
        count += size


def _change_set(random, pages, former_staff=False):
    actor = f"editor-{random.randrange(_EDITORS)}"
    [action] = random.choices(list(_ACTIONS), list(_ACTIONS.values()))
    entries = (_entry(random, action, page, former_staff) for page in pages)
    return ChangeSet(
        _BEGIN, actor, tuple(replace(entry, actor=actor) for entry in entries)
    )


def _entry(random, action, page, former_staff):
    principals = page.principals
    if former_staff:
        principals = tuple(sorted({*principals, "user:lea"}))
    entry = Entry(
        (action,), page.uid, page.path, page.title, page.portal_type, principals
    )
    if action == "edited":
        fields = random.sample(_FIELDS, random.randint(1, 3))
        return replace(entry, fields=tuple(sorted(fields)))
    if action == "transitioned":
        return replace(
            entry, transitions=("submit",), old_state="private", new_state="pending"
        )
    if action == "moved":
        return replace(entry, source=Source(f"area-0/{page.uid}", principals))
    if action == "removed":
        # Another object, of which only the folder is left.
        return replace(
            entry, uid=f"{random.getrandbits(128):032x}", path=f"{page.path}-old"
        )
    return entry
