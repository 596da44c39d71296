"""A search finds exactly what a scan of the whole log finds.

For random logs, readers, filters and places; while a part of the layers has no keys; and after
replacements, erasures and discards. A failing test prints the seed of its log.
"""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import USER
from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.operations.indexing import index_log
from collective.appendonly.operations.indexing import unindexed
from collective.appendonly.operations.maintenance.erasure import erase
from collective.appendonly.structures.check import check
from datetime import timedelta
from plone import api
from random import Random
from tests.product.feed.conftest import BEGIN
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import reading

import pytest
import transaction


READERS = (None, "mary", "ann", "admin")
WORDS = ("rose", "tulip", "pond", "fees")
ACTORS = ("jane", "tom", "mary", None)
ACTIONS = ("created", "edited", "moved", "removed")
RIGHTS = (("Anonymous",), ("Authenticated",), ("user:ann",), ("Manager",), ())
#: What is in its place, but not in the catalog.
UNLISTED = ("public/deep", "public/deep/tulip", "other/pond")
BOUND = Bound(records=20, seconds=60, entries=40)


def fill(portal):
    for name in ("mary", "ann"):
        api.user.create(f"{name}@example.org", name, "correct horse battery")
    for path in ("public", "public/deep", "other", "private"):
        above, _, name = path.rpartition("/")
        container = portal.unrestrictedTraverse(above) if above else portal
        folder = api.content.create(container, "Folder", name, title=name.title())
        for number, word in enumerate(WORDS[:3]):
            kind = ("Document", "News Item", "Event")[number]
            page = api.content.create(folder, kind, word, title=f"The {word} {number}")
            if path != "private":
                api.content.transition(page, "publish")
        if path != "private":
            api.content.transition(folder, "publish")
    api.user.grant_roles("ann", roles=["Reader"], obj=portal["private"])
    portal["private"].reindexObjectSecurity()


functional = database_of(site_with(fill), needed_by="site")


@pytest.fixture
def site(portal, log):
    """A site whose log has layers of two change sets, so that there are many."""
    log.resize(1, 2)
    return portal


class RandomLog:
    """Fills the log with random change sets about what is there, and about what is gone."""

    def __init__(self, log, seed):
        self.log = log
        self.random = Random(seed)
        brains = api.portal.get_tool("portal_catalog").unrestrictedSearchResults()
        site_path = "/".join(api.portal.get().getPhysicalPath())
        self.objects = [
            (brain.UID, brain.getPath()[len(site_path) + 1 :], brain.portal_type)
            for brain in brains
            if brain.getPath() != site_path
        ]
        folders = ("", "public/", "public/deep/", "other/", "lost/")
        self.titles = {}
        for path in UNLISTED:
            obj = api.portal.get().unrestrictedTraverse(path)
            self.titles[api.content.get_uuid(obj)] = obj.title
            obj.unindexObject()
        self.objects += [
            (f"{number:032x}", f"{folder}gone-{number}", "Document")
            for number, folder in enumerate(folders * 2)
        ]

    def title(self, uid):
        # Only the catalog finds what has another title today.
        return self.titles.get(uid) or " ".join(self.random.sample(WORDS, 2))

    def entry(self):
        random = self.random
        if random.random() < 0.05:
            uid, path, kind = "", "", USER
        else:
            uid, path, kind = random.choice(self.objects)
        if path and random.random() < 0.2:
            # It was somewhere else then.
            path = random.choice(["public", "other/x", "gone"]) + "/" + path
        return Entry(
            actions=tuple(random.sample(ACTIONS, random.choice([1, 1, 2]))),
            uid=uid,
            path=path,
            title=self.title(uid),
            portal_type=kind,
            principals=random.choice(RIGHTS),
            actor=random.choice(ACTORS),
        )

    def push(self, count):
        random = self.random
        for _ in range(count):
            size = random.choice([1] * 20 + [3] * 5 + [120])
            entries = tuple(self.entry() for _ in range(size))
            hours = random.choice(
                [len(self.log), len(self.log), random.randint(-9, 900)]
            )
            time = BEGIN + timedelta(hours=hours)
            self.log.push(ChangeSet(time, entries[0].actor, entries))
        transaction.commit()

    def question(self):
        """Return a reader, the path of a place, and filters."""
        random = self.random
        filters = {}
        for name, value in [
            ("actor", random.choice(ACTORS[:3])),
            ("actions", tuple(random.sample(ACTIONS, random.choice([1, 2])))),
            ("types", (random.choice(["Document", "Event", "Folder"]),)),
            ("text", random.choice([*WORDS, "the rose", "2", "nothing"])),
            ("others", True),
        ]:
            if random.random() < 0.25:
                filters[name] = value
        since, until = sorted(random.randint(-20, 200) for _ in range(2))
        if random.random() < 0.2:
            filters["since"] = BEGIN + timedelta(hours=since)
        if random.random() < 0.2:
            filters["until"] = BEGIN + timedelta(hours=until)
        places = ["", "", "public", "public/deep", "other", "private", "public/rose"]
        return random.choice(READERS), random.choice(places), Filters(**filters)


def by_scan(log, context, filters):
    """Return what the user can view of *context*, by looking at each entry of the log."""
    site = api.portal.get()
    below = "/".join(context.getPhysicalPath()[len(site.getPhysicalPath()) :])
    page = None if below in ("", *FOLDERS) else api.content.get_uuid(context)
    own = api.user.get_current().getId()
    found = {}
    for position, change_set in log.older():
        visible = Visibility().visible(change_set.entries, below)
        for entry, shown in zip(change_set.entries, visible, strict=True):
            if (
                shown is not None
                and page in (None, entry.uid)
                and filters.may_fit(change_set, entry)
                and not (filters.others and entry.actor == own is not None)
                and filters.fits(shown)
                and set(filters.text.split()) <= set(shown.title.lower().split())
            ):
                found.setdefault((position[:2], change_set.time), []).append(shown)
    return [(time, entries) for (_, time), entries in found.items()]


FOLDERS = ("public", "public/deep", "other", "private")


def by_pages(context, filters):
    """Return the same from all pages of the feed, which search."""
    found, older = {}, None
    for _ in range(500):
        page = feed(context, filters, older=older, limit=5, bound=BOUND)
        for item in page.items:
            found.setdefault((item.id, item.time), []).extend(item.entries)
        older = page.older
        if older is None:
            return [(time, entries) for (_, time), entries in found.items()]
    pytest.fail("The feed does not end.")


def assert_alike(site, log, questions):
    for user, place, filters in questions:
        context = site.unrestrictedTraverse(place) if place else site
        with reading(user):
            if filters.actor is not None and user is None:
                continue  # anonymous users may not filter by user
            if filters.others and filters.actor == user is not None:
                continue  # nothing is left
            assert by_pages(context, filters) == by_scan(log, context, filters), (
                user,
                place,
                filters,
            )


@pytest.mark.parametrize(
    "seed",
    [0, *(pytest.param(seed, marks=pytest.mark.large) for seed in range(1, 8))],
)
def test_pages_show_what_a_scan_finds(site, log, seed, configure):
    configure(audience="everybody")
    random_log = RandomLog(log, seed)

    def ask():
        assert_alike(site, log, [random_log.question() for _ in range(12)])
        check(log.archive)

    secret, log.secret = log.secret, None
    random_log.push(20)
    log.secret = secret
    random_log.push(50)
    ask()
    archive = log.archive
    archive.index(lambda layer: log.contents_of(layer.items), limit=5)
    ask()
    # What searches know about a layer is lost with it.
    layer = random_log.random.choice(list(archive.layers()))
    archive.replace(layer.generation, layer.items)
    archive.discard(archive.generation // 4)
    erase(log, "jane", "former-user")
    transaction.commit()
    ask()
    assert unindexed(log, 1)
    assert index_log(log) > 0
    assert unindexed(log, 1) == []
    random_log.push(10)
    ask()
