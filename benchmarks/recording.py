"""What recording adds to one edit: bytes and time, beside the same edit without the add-on.

Two sites in one database, with and without the add-on, are edited in turn. Each round does
the same to a page of each: new title, new text, modified event, commit. The order within a
round changes from round to round. Half-way the add-on is removed from the one site and
installed in the other, since no two catalogs have buckets of the same size. Run it with
``make bench``.
"""

from benchmarks.plone_site import plone
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from collections.abc import Callable
from plone import api
from plone.app.textfield.value import RichTextValue
from plone.base.utils import get_installer
from statistics import median
from time import perf_counter
from zope.component.hooks import setSite
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import gc
import json
import transaction


WARM_UP = 40
ROUNDS = setting("ROUNDS", 400)
TEXT = "<p>The garden is open on all days but Monday, from ten to six.</p>" * 40


def main() -> None:
    with plone() as zope:
        sites = [zope.create_site("first"), zope.create_site("second")]
        results = {
            name: _compare(zope, deed, sites)
            for name, deed in {"edit": _edit, "create": _create}.items()
        }
    method = (
        f"{ROUNDS} rounds with and without recording, turn by turn, the add-on moved to the "
        "other site half-way"
    )
    write("edit_cost", method, ["Products.CMFPlone", "ZODB"], results)
    print(json.dumps(results, indent=2))


def _compare(zope, deed: Callable, sites: list) -> dict:
    samples: dict[str, list] = {"without": [], "with": []}
    gc.disable()
    for half, roles in enumerate((("without", "with"), ("with", "without"))):
        pairs = list(zip(roles, sites, strict=True))
        for role, site in pairs:
            _install(site, role == "with")
        for number in range(WARM_UP + ROUNDS // 2):
            pairs.reverse()
            for role, site in pairs:
                sample = _measure(zope, deed, site, f"{half}-{number}")
                if number >= WARM_UP:
                    samples[role].append(sample)
            if number % 50 == 0:
                gc.collect()
                progress(f"{deed.__name__[1:]}: round {number}")
    gc.enable()
    seconds = {name: [s for s, _ in samples[name]] for name in samples}
    sizes = {name: [b for _, b in samples[name]] for name in samples}
    pairs = zip(seconds["with"], seconds["without"], strict=True)
    return {
        "milliseconds without": round(median(seconds["without"]) * 1000, 2),
        "milliseconds with": round(median(seconds["with"]) * 1000, 2),
        "added time, median of pairs, percent": round(
            (median(a / b for a, b in pairs) - 1) * 100, 1
        ),
        "bytes without": int(median(sizes["without"])),
        "bytes with": int(median(sizes["with"])),
        "added bytes, difference of means": round(
            sum(sizes["with"]) / ROUNDS - sum(sizes["without"]) / ROUNDS
        ),
    }


def _install(site, wanted: bool) -> None:
    setSite(site)
    installer = get_installer(site)
    if installer.is_product_installed("collective.appendonly"):
        installer.uninstall_product("collective.appendonly")
    if wanted:
        installer.install_product("collective.appendonly")
    transaction.commit()


def _measure(zope, deed, site, number):
    setSite(site)
    before = zope.size()
    start = perf_counter()
    deed(site, number)
    transaction.commit()
    return perf_counter() - start, zope.size() - before


def _create(site, number):
    api.content.create(site, "Document", f"new-{number}", title=f"New page {number}")


def _edit(site, number):
    if "page" not in site:
        api.content.create(site, "Document", "page", title="Opening hours")
        transaction.commit()
    page = site["page"]
    page.title = f"Opening hours {number}"
    page.text = RichTextValue(f"{TEXT}<p>{number}</p>", "text/html", "text/html")
    notify(
        ObjectModifiedEvent(page, Attributes(None, "IBasic.title", "IRichText.text"))
    )


if __name__ == "__main__":
    main()
