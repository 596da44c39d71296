"""What the recent activity block costs in a page that Volto renders on its server.

``python -m benchmarks.volto http://localhost:3000``, with the URL of the demo (``make start
FACE=volto``). Adds two pages that differ in the block alone, asks for them in turn, and removes
them. Needs nothing but the standard library.
"""

from benchmarks.report import middle
from benchmarks.report import setting
from benchmarks.report import write
from contextlib import contextmanager
from demo.blocks import blocks_of
from time import perf_counter
from urllib.parse import urlsplit
from urllib.request import Request
from urllib.request import urlopen

import json
import sys


METHOD = """\
Two published pages of the demo, with and without the block with five lines, asked for in turn by
a manager; times of the whole response in milliseconds. The backend answers the request of
the block in this time.\
"""
USER = {"login": "admin", "password": "admin"}


def main(site: str) -> None:
    rounds = setting("ROUNDS", 200)
    token = api(site, "POST", "/@login", USER)["token"]
    with two_pages(site, token) as pages:
        for name, page in pages.items():
            for _ in range(20):
                shown = get(page, token)
            assert (b"block recentActivity" in shown) == (name == "with"), name
        times = {name: [] for name in pages}
        sizes = {}
        for _ in range(rounds):
            for name, page in pages.items():
                begin = perf_counter()
                sizes[name] = len(get(page, token))
                times[name].append((perf_counter() - begin) * 1000)
    results = {
        name: {"milliseconds": middle(times[name]), "bytes": sizes[name]}
        for name in pages
    }
    added = results["with"]["milliseconds"]["median"]
    added -= results["without"]["milliseconds"]["median"]
    print(f"The block adds {added:.1f} ms in {rounds} rounds.")
    write("volto", METHOD, ["Plone"], {"rounds": rounds, **results})


@contextmanager
def two_pages(site: str, token: str):
    """Add two pages, yield their URLs by name, and remove them."""
    # Where the other page has a text, so that both have as many blocks.
    blocks = {
        "with": {"@type": "recentActivity", "lines": 5, "href": [{"@id": "/"}]},
        "without": blocks_of("<p>A text.</p>")["blocks"]["block-1"],
    }
    added = {}
    try:
        for name, block in blocks.items():
            data = {
                "@type": "Document",
                "title": f"Benchmark {name}",
                **blocks_of("<p>A page.</p>", block),
            }
            page = api(site, "POST", "", data, token)["@id"]
            added[name] = f"{site}/{urlsplit(page).path.rpartition('/')[2]}"
            path = added[name][len(site) :]
            api(site, "POST", f"{path}/@workflow/publish", {}, token)
        yield added
    finally:
        for page in added.values():
            api(site, "DELETE", page[len(site) :], None, token)


def api(site: str, method: str, path: str, data, token: str = "") -> dict:
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = None if data is None else json.dumps(data).encode()
    url = f"{site}/++api++{path}"
    with urlopen(Request(url, body, headers, method=method)) as response:
        return json.loads(response.read() or "{}")


def get(url: str, token: str) -> bytes:
    """Return a page as the user with *token* gets it."""
    with urlopen(Request(url, headers={"Cookie": f"auth_token={token}"})) as response:
        return response.read()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
