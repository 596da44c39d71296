"""What looking for silent changes costs: the same deeds with the setting on and off, in turn.

One site with the add-on. Each round does the same twice and commits, once with the setting
``silent_changes`` and once without, in changing order. It is processor time that is compared:
the differences are small. Run it with ``make bench``.
"""

from benchmarks.plone_site import plone
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from collections.abc import Callable
from plone import api
from plone.app.textfield.value import RichTextValue
from statistics import median
from time import process_time
from zope.component.hooks import setSite
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified

import gc
import json
import transaction


ROUNDS = setting("ROUNDS", 200)
LARGE_ROUNDS = setting("LARGE_ROUNDS", 6)
PAGES = setting("PAGES", 1000)
TEXT = "<p>The garden is open on all days but Monday, from ten to six.</p>" * 40


def _edit(site, number):
    page = site["garden"]["page-0"]
    page.title = f"Opening hours {number}"
    modified(page, Attributes(None, "IBasic.title"))


def _tag(site, number):
    page = site["garden"]["page-1"]
    page.setSubject([f"tag {number}"])
    page.reindexObject()


def _reindex_one_index(site, number):
    for page in site["garden"].contentValues():
        page.reindexObject(["Title"])


def _reindex_all(site, number):
    # Without names of indexes Plone sets the modification date: every record is written.
    for page in site["garden"].contentValues():
        page.reindexObject()


def _share(site, number):
    # Every page inside is reindexed too.
    garden = site["garden"]
    garden.manage_setLocalRoles("joan", ["Reader"] if number % 2 else ["Editor"])
    garden.reindexObjectSecurity()


DEEDS: dict[str, tuple[Callable, int]] = {
    "edit a page": (_edit, ROUNDS),
    "tag a page, without an event": (_tag, ROUNDS),
    f"reindex one index of {PAGES} pages": (_reindex_one_index, LARGE_ROUNDS),
    f"reindex {PAGES} pages, which sets their dates": (_reindex_all, LARGE_ROUNDS),
    f"share a folder with {PAGES} pages, without an event": (_share, LARGE_ROUNDS),
}


def main() -> None:
    gc.disable()
    with plone() as zope:
        site = zope.create_site("site", "collective.appendonly:default")
        setSite(site)
        garden = api.content.create(site, "Folder", "garden")
        for number in range(PAGES):
            api.content.create(
                garden, "Document", f"page-{number}", text=RichTextValue(TEXT)
            )
        transaction.commit()
        results = {
            name: _compare(site, name, do, rounds)
            for name, (do, rounds) in DEEDS.items()
        }
    method = (
        f"{ROUNDS} rounds ({LARGE_ROUNDS} of the large deeds) with and without the setting,"
        " turn by turn; processor time"
    )
    write("noticing", method, ["Products.CMFPlone", "ZODB"], results)
    print(json.dumps(results, indent=2))


def _compare(site, name, do, rounds) -> dict:
    seconds: dict[bool, list[float]] = {True: [], False: []}
    warm_up = 2 if rounds == LARGE_ROUNDS else 20
    order = [True, False]
    for number in range(warm_up + rounds):
        order.reverse()
        for place, wanted in enumerate(order):
            api.portal.set_registry_record(
                "collective.appendonly.silent_changes", wanted
            )
            transaction.commit()
            start = process_time()
            do(site, 2 * number + place)
            transaction.commit()
            if number >= warm_up:
                seconds[wanted].append(process_time() - start)
        gc.collect()
        progress(f"{name}, round {number}")
    pairs = list(zip(seconds[True], seconds[False], strict=True))
    return {
        "rounds": rounds,
        "processor milliseconds without": round(median(seconds[False]) * 1000, 2),
        "processor milliseconds with": round(median(seconds[True]) * 1000, 2),
        "added time, median of pairs, percent": round(
            (median(a / b for a, b in pairs) - 1) * 100, 1
        ),
    }


if __name__ == "__main__":
    main()
