"""What it takes to show the activity, with 1 000 to 1 000 000 entries in the log.

One site, whose log grows, and members who may see all of it or one entry in a thousand (see
``history``). First the feed alone, with a warm and with a cold cache; then whole pages as the
publisher makes them: the front page with the viewlet and without it in turn, the activity page
and an empty page in turn. It is processor time that is measured: all records are in the memory of
the machine. Run it with ``make bench``; ``LARGEST=10000 ROUNDS=10`` is quick.
"""

from benchmarks.history import furnish
from benchmarks.history import History
from benchmarks.history import PUBLISHED
from benchmarks.looking import Looks
from benchmarks.plone_site import plone
from benchmarks.report import middle
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from benchmarks.visitor import as_member
from benchmarks.visitor import Loads
from benchmarks.visitor import Visitor
from collections.abc import Callable
from collective.appendonly.browser.viewlet import ActivityViewlet
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import news
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.scan import REQUEST_BOUND
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from plone import api
from posixpath import dirname
from statistics import median
from time import process_time
from typing import NamedTuple
from zope.component import getUtility
from zope.component.hooks import setSite

import gc
import json
import transaction


LARGEST = setting("LARGEST", 1_000_000)
ROUNDS = setting("ROUNDS", 40)
COLD_ROUNDS = setting("COLD_ROUNDS", 12)
#: Of the activity page.
LINES = 20
#: A page that Plone ships, with nothing on it but a text.
EMPTY_PAGE = "@@accessibility-info"


class Reading(NamedTuple):
    """Who reads the activity of what: a path, empty for the site."""

    user_id: str
    path: str = ""


READINGS = {
    "everything visible": Reading("joan"),
    "1 in 1 000 visible": Reading("max"),
    "1 in 1 000 visible, the others hidden today": Reading("lea"),
    "a folder with 1 in 1 000 entries": Reading("joan", dirname(PUBLISHED)),
    "a page with 1 in 1 000 entries": Reading("joan", PUBLISHED),
}


def main() -> None:
    gc.disable()
    results = {}
    with plone() as zope:
        site = zope.create_site("site", "collective.appendonly:default")
        history = History(site, furnish(site))
        loads = Loads(site._p_jar.db())
        size = 1000
        while size <= LARGEST:
            history.grow(size)
            results[str(size)] = {
                "feed": {
                    name: _feed(site, reading, f"{size} entries, feed: {name}")
                    for name, reading in READINGS.items()
                },
                "pages": {
                    name: _pages(site, reading, loads, f"{size} entries, pages: {name}")
                    for name, reading in READINGS.items()
                    if not reading.path
                },
            }
            size *= 10
    method = (
        f"processor time of one process, a FileStorage; medians of {ROUNDS} rounds, of"
        f" {COLD_ROUNDS} with a cold cache; a first page of {LINES} lines, a viewlet of 8; 300"
        " pages, 12 editors"
    )
    write("showing", method, ["Products.CMFPlone", "ZODB"], results)
    print(json.dumps(results, indent=1))


def _feed(site, reading: Reading, name: str) -> dict:
    """Measure the feed alone, called by one member."""
    progress(name)
    with as_member(site, reading.user_id):
        context = site.unrestrictedTraverse(reading.path) if reading.path else site
        latest = feed(context, limit=LINES).latest
        half_way = _half_way()
        questions: dict[str, Callable] = {
            "first page": lambda: feed(context, limit=LINES),
            "page in the middle": lambda: feed(context, older=half_way, limit=LINES),
            "viewlet": lambda: ActivityViewlet(context, site.REQUEST, None, None).page,
            "nothing new": lambda: news(context, latest),
        }
        if reading == READINGS["everything visible"]:
            filters = Filters(actor="editor-1")
            questions["what one of twelve editors did"] = lambda: feed(
                context, filters, limit=LINES
            )
            questions["recently modified, from the catalog"] = _recently_modified
        return {question: _ask(site, ask) for question, ask in questions.items()}


def _half_way() -> str:
    """Return the cursor of the middle of the log."""
    log = getUtility(IActivityLog)
    return to_cursor(log, Position(log.stack.generation // 2, 0))


def _recently_modified() -> list:
    """Ask the catalog what else there is to know of what happened lately: a yardstick."""
    catalog = api.portal.get_tool("portal_catalog")
    found = catalog(sort_on="modified", sort_order="descending", sort_limit=LINES)
    return [(brain.Title, brain.getURL()) for brain in found[:LINES]]


def _ask(site, ask: Callable) -> dict:
    connection = site._p_jar

    def rounds(count, prepare):
        seconds, records = [], []
        for _ in range(count):
            prepare()
            connection.getTransferCounts(clear=True)
            begin = process_time()
            ask()
            seconds.append(process_time() - begin)
            records.append(connection.getTransferCounts()[0])
        gc.collect()
        milliseconds = middle([s * 1000 for s in seconds])
        return {"milliseconds": milliseconds, "records": max(records)}

    with Looks() as looks:
        answer = ask()
    if looks.records > REQUEST_BOUND.records:
        raise AssertionError(f"{looks.records} records are beyond {REQUEST_BOUND}.")
    return {
        "items": len(getattr(answer, "items", ())),
        "entries read": looks.read,
        "entries looked up": looks.asked,
        "warm": rounds(ROUNDS, lambda: None),
        "cold": rounds(COLD_ROUNDS, connection.cacheMinimize),
    }


def _pages(site, reading: Reading, loads: Loads, name: str) -> dict:
    """Measure whole pages as one member gets them."""
    progress(name)
    visitor = Visitor(site, reading.user_id, loads)

    def front_page(with_viewlet):
        answer = visitor.get()
        if ('id="section-activity"' in answer.body) != with_viewlet:
            raise AssertionError(f"The viewlet is to be shown: {with_viewlet}.")
        return answer

    def activity_page(with_activity):
        return visitor.get("@@activity" if with_activity else EMPTY_PAGE)

    db = site._p_jar.db()
    return {
        "front page with the viewlet": {
            "after a change": _pairs(
                front_page, ROUNDS, _show_viewlet(site), _changed(site, front_page)
            ),
            "warm": _pairs(front_page, ROUNDS, _show_viewlet(site), front_page),
            "cold": _pairs(front_page, COLD_ROUNDS, _show_viewlet(site), _forget(db)),
        },
        "activity page": {
            "warm": _pairs(activity_page, ROUNDS, _nothing, activity_page),
            "cold": _pairs(activity_page, COLD_ROUNDS, _nothing, _forget(db)),
        },
    }


def _nothing(wanted: bool) -> None:
    """Change nothing."""


def _changed(site, get: Callable) -> Callable:
    """Get a page, so that it is in the caches, and commit something else."""

    def before(wanted):
        get(wanted)
        setSite(site)
        site._p_changed = True
        transaction.commit()

    return before


def _forget(db) -> Callable:
    return lambda wanted: db.cacheMinimize()


def _show_viewlet(site) -> Callable:
    def show(wanted):
        setSite(site)
        places = ("site", "folders") if wanted else ()
        api.portal.set_registry_record("collective.appendonly.viewlet_places", places)
        transaction.commit()

    return show


def _pairs(get: Callable, rounds: int, switch: Callable, before: Callable) -> dict:
    """Get a page with and without, in turn. After the switch, and what comes before."""
    answers: dict[bool, list] = {True: [], False: []}
    order = [True, False]
    for number in range(rounds + 2):
        order.reverse()
        for wanted in order:
            switch(wanted)
            before(wanted)
            answer = get(wanted)
            if number >= 2:  # the first ones warm up
                answers[wanted].append(answer)
        if number % 25 == 0:
            gc.collect()
    with_it, without = (
        [answer.seconds * 1000 for answer in answers[wanted]]
        for wanted in (True, False)
    )
    pairs = list(zip(with_it, without, strict=True))
    return {
        "milliseconds with": middle(with_it),
        "milliseconds without": middle(without),
        "added milliseconds": round(median(a - b for a, b in pairs), 2),
        "added percent": round(median(a / b - 1 for a, b in pairs) * 100, 1),
        "records with": int(median(a.records for a in answers[True])),
        "records without": int(median(a.records for a in answers[False])),
    }


if __name__ == "__main__":
    main()
