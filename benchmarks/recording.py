"""What recording adds to what people do: bytes and time, beside the same deeds without it.

Two sites in one database, with and without the add-on, are worked on in turn. Each round does
the same in each of them and commits. The order within a round changes from round to round.
Half-way the add-on is removed from the one site and installed in the other, since no two
catalogs have buckets of the same size. One more comparison has the add-on in neither site:
once with its subscribers registered, once without. Run it with ``make bench``.
"""

from benchmarks.plone_site import plone
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from benchmarks.subscribers import without_subscribers
from collections.abc import Callable
from contextlib import nullcontext
from plone import api
from plone.app.textfield.value import RichTextValue
from plone.base.utils import get_installer
from statistics import median
from time import perf_counter
from typing import NamedTuple
from zope.component.hooks import setSite
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import gc
import json
import transaction


ROUNDS = setting("ROUNDS", 400)
LARGE_ROUNDS = setting("LARGE_ROUNDS", 6)
PAGES = setting("PAGES", 1000)
INSIDE = setting("INSIDE", 200)
TEXT = "<p>The garden is open on all days but Monday, from ten to six.</p>" * 40
PACKAGE = "collective.appendonly"


class Deed(NamedTuple):
    """What is measured: ``prepare(site, number)`` is not part of it, ``do`` is."""

    do: Callable
    prepare: Callable | None = None
    rounds: int = ROUNDS
    warm_up: int = 40


def _page(site, number):
    return site[f"page-{number}"]


def _add(container, name, **fields):
    return api.content.create(
        container, "Document", name, title=f"Page {name}", **fields
    )


def _edited_page(site, number):
    if "hours" not in site:
        _add(site, "hours")


def _edit(site, number):
    page = site["hours"]
    page.title = f"Opening hours {number}"
    page.text = RichTextValue(f"{TEXT}<p>{number}</p>", "text/html", "text/html")
    notify(
        ObjectModifiedEvent(page, Attributes(None, "IBasic.title", "IRichText.text"))
    )


def _create(site, number):
    _add(site, f"new-{number}")


def _a_page(site, number):
    _add(site, f"page-{number}")


def _publish(site, number):
    api.content.transition(_page(site, number), "publish")


def _delete(site, number):
    api.content.delete(_page(site, number), check_linkintegrity=False)


def _a_folder(site, number):
    folder = api.content.create(site, "Folder", f"folder-{number}")
    for inside in range(INSIDE):
        _add(folder, f"page-{inside}")


def _delete_folder(site, number):
    api.content.delete(site[f"folder-{number}"], check_linkintegrity=False)


def _two_folders(site, number):
    _a_folder(site, number)
    if "moved" not in site:
        api.content.create(site, "Folder", "moved")


def _move_folder(site, number):
    api.content.move(site[f"folder-{number}"], site["moved"])


def _import(site, number):
    folder = api.content.create(site, "Folder", f"import-{number}")
    for inside in range(PAGES):
        _add(folder, f"page-{inside}", text=RichTextValue(TEXT))


_LARGE = {"rounds": LARGE_ROUNDS, "warm_up": 1}
DEEDS = {
    "edit a page": Deed(_edit, _edited_page),
    "create a page": Deed(_create),
    "publish a page": Deed(_publish, _a_page),
    "delete a page": Deed(_delete, _a_page),
    f"delete a folder with {INSIDE} pages": Deed(_delete_folder, _a_folder, **_LARGE),
    f"move a folder with {INSIDE} pages": Deed(_move_folder, _two_folders, **_LARGE),
    f"import {PAGES} pages": Deed(_import, **_LARGE),
}


def main() -> None:
    gc.disable()
    with plone() as zope:
        sites = [zope.create_site("first"), zope.create_site("second")]
        results = {
            name: _compare(zope, name, deed, sites) for name, deed in DEEDS.items()
        }
        name = "edit a page, not installed"
        results[name] = _compare_idle(zope, name, sites)
    method = (
        f"{ROUNDS} rounds ({LARGE_ROUNDS} of the large deeds) with and without recording, turn"
        " by turn, the add-on moved to the other site half-way"
    )
    write("recording", method, ["Products.CMFPlone", "ZODB"], results)
    print(json.dumps(results, indent=2))


def _compare(zope, name: str, deed: Deed, sites: list) -> dict:
    slug = name.split()[0] + str(deed.rounds)
    samples: dict[str, list] = {"without": [], "with": []}
    for half, roles in enumerate((("without", "with"), ("with", "without"))):
        pairs = list(zip(roles, sites, strict=True))
        for role, site in pairs:
            _install(site, role == "with")
        for number in range(deed.warm_up + deed.rounds // 2):
            pairs.reverse()
            for role, site in pairs:
                sample = _measure(zope, deed, site, f"{slug}-{half}-{number}")
                if number >= deed.warm_up:
                    samples[role].append(sample)
            _breathe(f"{name}: half {half + 1}", number)
    return _summary(samples)


def _compare_idle(zope, name: str, sites: list) -> dict:
    """Compare subscribers that find nothing to do with no subscribers."""
    samples: dict[str, list] = {"without": [], "with": []}
    deed = DEEDS["edit a page"]
    for site in sites:
        _install(site, False)
    roles = [("without", without_subscribers), ("with", nullcontext)]
    for number in range(deed.warm_up + deed.rounds):
        roles.reverse()
        for role, situation in roles:
            with situation():
                sample = _measure(zope, deed, sites[number % 2], f"idle-{number}")
            if number >= deed.warm_up:
                samples[role].append(sample)
        _breathe(name, number)
    return _summary(samples)


def _breathe(name: str, number: int) -> None:
    # Garbage is collected between the measurements, not in them.
    if number % 25 == 0:
        gc.collect()
        progress(f"{name}, round {number}")


def _summary(samples: dict[str, list]) -> dict:
    seconds = {role: [s for s, _ in samples[role]] for role in samples}
    sizes = {role: [b for _, b in samples[role]] for role in samples}
    pairs = list(zip(seconds["with"], seconds["without"], strict=True))
    return {
        "rounds": len(pairs),
        "milliseconds without": round(median(seconds["without"]) * 1000, 2),
        "milliseconds with": round(median(seconds["with"]) * 1000, 2),
        "added time, median of pairs, percent": round(
            (median(a / b for a, b in pairs) - 1) * 100, 1
        ),
        "bytes without": int(median(sizes["without"])),
        "bytes with": int(median(sizes["with"])),
        "added bytes, difference of means": round(
            sum(sizes["with"]) / len(pairs) - sum(sizes["without"]) / len(pairs)
        ),
    }


def _install(site, wanted: bool) -> None:
    setSite(site)
    installer = get_installer(site)
    if installer.is_product_installed(PACKAGE):
        installer.uninstall_product(PACKAGE)
    if wanted:
        installer.install_product(PACKAGE)
    transaction.commit()


def _measure(zope, deed: Deed, site, number: str) -> tuple[float, int]:
    setSite(site)
    if deed.prepare is not None:
        deed.prepare(site, number)
        transaction.commit()
    before = zope.size()
    start = perf_counter()
    deed.do(site, number)
    transaction.commit()
    return perf_counter() - start, zope.size() - before


if __name__ == "__main__":
    main()
