"""What it takes to find something old, in a log of three years with up to 1 000 000 entries.

Some pages are changed often and most seldom, as on every site. Joan can view all of it, Max one
entry in a thousand, and both can view what the questions are about. Each is one request for a
first page. Counted is what an empty cache loads, and the part of it that belongs to the log; it is
processor time that is measured. Run it with ``make bench``; ``LARGEST=10000 OBJECTS=500`` is quick.
"""

from benchmarks.plone_site import plone
from benchmarks.report import middle
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from benchmarks.texts import title
from benchmarks.visitor import as_member
from collections.abc import Callable
from collective.appendonly.browser.viewlet import ActivityViewlet
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import news
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import recording_suspended
from collective.appendonly.recording.snapshot import Facts
from collective.appendonly.recording.snapshot import facts
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from itertools import accumulate
from plone import api
from plone.dexterity.utils import createContent
from random import Random
from time import process_time
from typing import NamedTuple
from zope.component import getUtility
from zope.component.hooks import setSite
from zope.event import notify
from zope.lifecycleevent import ObjectCreatedEvent

import gc
import json
import transaction


LARGEST = setting("LARGEST", 1_000_000)
OBJECTS = setting("OBJECTS", 20_000)
ROUNDS = setting("ROUNDS", 15)
COLD_ROUNDS = setting("COLD_ROUNDS", 7)
LINES = 20

_YEARS = timedelta(days=3 * 365)
_SEED = 20261128
_EDITORS = 200
# Of a hundred entries so many. The rare action is not among them.
_ACTIONS = {"edited": 79, "created": 10, "transitioned": 7, "removed": 4}
#: What few entries are about. Where they are in the log, as parts of it.
_RARELY = {
    "old page": (0.001, 0.0011, 0.0013),
    "quiet page": (0.05, 0.2, 0.21, 0.22, 0.4, 0.6, 0.61, 0.8, 0.85, 0.9),
    "person": (0.1, 0.5, 0.7),
    "action": (0.15, 0.3, 0.45, 0.75),
    "word": (0.12, 0.34, 0.56),
}


class Garden(NamedTuple):
    """The pages that the log is about."""

    internal: list[Facts]
    public: list[Facts]
    rare: dict[str, Facts]


def main() -> None:
    gc.disable()
    results = {}
    with plone() as zope:
        site = zope.create_site("site", "collective.appendonly:default")
        garden = _furnish(site)
        size = 10_000
        while size <= LARGEST:
            _write_log(site, garden, size)
            results[str(size)] = {
                reader: {
                    name: _ask(site, reader, ask, f"{size} entries, {reader}: {name}")
                    for name, ask in _questions(site, size).items()
                }
                for reader in ("joan", "max")
            }
            _add_large(site, results[str(size)])
            size *= 10
    method = (
        f"a FileStorage; first pages of {LINES} lines, a viewlet of 8; {OBJECTS} pages in one"
        f" folder, {_EDITORS} editors; medians of {ROUNDS} rounds, of {COLD_ROUNDS} with an empty"
        " cache"
    )
    write("finding", method, ["Products.CMFPlone", "ZODB"], results)
    print(json.dumps(results, indent=1))


def _furnish(site) -> Garden:
    """Fill *site* with people and pages."""
    with recording_suspended():
        for user_id in ("joan", "max"):
            api.user.create(
                username=user_id,
                email=f"{user_id}@example.com",
                password="correct horse battery",
            )
        api.group.create(groupname="staff")
        api.group.add_user(groupname="staff", username="joan")
        large = api.content.create(site, "Folder", "large", title="Plants")
        quiet = api.content.create(site, "Folder", "quiet", title="Seeds")
        for folder in (large, quiet):
            api.content.transition(folder, "publish")
        api.group.grant_roles(groupname="staff", roles=["Reader"], obj=large)
        pages = [_page(large, number) for number in range(OBJECTS)]
        rare = {
            name: _page(
                quiet if name == "quiet page" else site,
                number,
                "Heliotrope" if name == "word" else "",
            )
            for number, name in enumerate(_RARELY, OBJECTS)
        }
        # So many that a thousandth of the entries is about them.
        public = pages[:: max(OBJECTS // 20, 1)]
        for page in (*public, *rare.values()):
            api.content.transition(page, "publish")
        transaction.commit()
        return Garden(
            [facts(page) for page in pages if page not in public],
            [facts(page) for page in public],
            {name: facts(page) for name, page in rare.items()},
        )


def _page(container, number: int, word: str = ""):
    """Add a page, without its first version and what else takes time."""
    if number % 1000 == 999:
        transaction.savepoint(optimistic=True)
        progress(f"{number + 1} pages")
    words = f"{title(number)} {word}".strip()
    page = createContent("Document", id=f"page-{number}", title=words)
    notify(ObjectCreatedEvent(page))
    container._setObject(page.id, page, suppress_events=True)
    page = container[page.id]
    page.notifyWorkflowCreated()
    page.indexObject()
    return page


def _write_log(site, garden: Garden, size: int) -> None:
    """Put so many entries into a new log, one to a change set."""
    setSite(site)
    log = getUtility(IActivityLog)
    log.rest_on(type(log.archive)())
    random = Random(_SEED)
    weights = list(accumulate(1 / n for n in range(1, len(garden.internal) + 1)))
    rarely = {
        int(part * size): name for name, parts in _RARELY.items() for part in parts
    }
    begin = datetime.now(timezone.utc) - _YEARS
    for number in range(size):
        [page] = random.choices(garden.internal, cum_weights=weights)
        [action] = random.choices(list(_ACTIONS), list(_ACTIONS.values()))
        actor = f"editor-{min(int(random.expovariate(0.05)), _EDITORS - 1)}"
        if number % 1000 == 500:
            page = random.choice(garden.public)
        name = rarely.get(number)
        if name is not None:
            page = garden.rare[name]
            action = "moved" if name == "action" else "edited"
            actor = "rare-person" if name == "person" else actor
        entry = Entry((action,), *page, actor=actor)
        log.push(ChangeSet(begin + _YEARS * (number / size), actor, (entry,)))
        if number % 1000 == 999:
            transaction.commit()
            log._p_jar.cacheGC()
            if (number + 1) % 100_000 == 0:
                progress(f"{number + 1} entries")
    transaction.commit()


def _questions(site, size: int) -> dict[str, Callable]:
    day = datetime.now(timezone.utc) - _YEARS / 2
    latest = feed(site, limit=1).latest

    def first_page(path: str = "", **filters) -> Callable:
        context = site.unrestrictedTraverse(path) if path else site
        return lambda: feed(context, Filters(**filters), limit=LINES)

    def viewlet():
        return ActivityViewlet(site, site.REQUEST, None, None).page

    return {
        "the whole site": first_page(),
        "its viewlet": viewlet,
        "nothing new": lambda: news(site, latest),
        "a page last edited three years ago": first_page(f"page-{OBJECTS}"),
        "a quiet folder": first_page("quiet"),
        f"a folder with {OBJECTS // 1000} 000 objects": first_page("large"),
        "a rare person": first_page(actor="rare-person"),
        "a rare action": first_page(actions=("moved",)),
        "a word": first_page(text="heliotrope"),
        "a day in the middle": first_page(since=day, until=day + timedelta(days=1)),
    }


def _add_large(site, results: dict[str, dict]) -> None:
    """Add a change set with 100 000 entries, and ask for news since the one before it."""
    log = getUtility(IActivityLog)
    before = to_cursor(log, log.newest())
    page = facts(site["large"]["page-0"])
    entry = Entry(("moved",), *page)
    log.push(ChangeSet(datetime.now(timezone.utc), None, (entry,) * 100_000))
    transaction.commit()
    name = "news of 100 000 moved pages"
    for reader, cells in results.items():
        cells[name] = _ask(site, reader, lambda: news(site, before), name)


def _ask(site, reader: str, ask: Callable, name: str) -> dict:
    progress(name)
    connection = site._p_jar
    with as_member(site, reader), _Loads(connection) as loads:

        def rounds(count: int, prepare: Callable) -> list[float]:
            milliseconds = []
            for _ in range(count):
                prepare()
                loads.begin()
                begin = process_time()
                ask()
                milliseconds.append((process_time() - begin) * 1000)
            gc.collect()
            return milliseconds

        answer = ask()
        if getattr(answer, "reached", None) is not None and not answer.items:
            raise AssertionError("One request did not answer the question.")
        cold = rounds(COLD_ROUNDS, connection.cacheMinimize)
        records, of_the_log = loads.all, loads.of_the_log
        ask()
        return {
            "lines": len(getattr(answer, "items", ())),
            "complete": getattr(answer, "reached", None) is None,
            "records, cold": records,
            "of the log": of_the_log,
            "milliseconds, cold": middle(cold, 1),
            "milliseconds, warm": middle(rounds(ROUNDS, lambda: None), 1),
        }


class _Loads:
    """Counts the records that a connection loads, while used by ``with``."""

    def __init__(self, connection):
        self._connection = connection
        self.begin()

    def begin(self) -> None:
        self.all = self.of_the_log = 0

    def __enter__(self) -> "_Loads":
        load = self._connection.setstate

        def counted(obj):
            self.all += 1
            self.of_the_log += type(obj).__module__.startswith("collective.appendonly")
            load(obj)

        self._connection.setstate = counted
        return self

    def __exit__(self, *exception) -> None:
        del self._connection.setstate


if __name__ == "__main__":
    main()
