"""What the recent activity block costs in a page that Volto renders on its server.

``python -m benchmarks.volto http://localhost:3000``, with the URL of the demo (``make start
FACE=volto``). Adds two pages that differ in the block alone, asks for them in turn, and removes
them. Needs nothing but the standard library.
"""

from benchmarks.report import middle
from benchmarks.report import setting
from benchmarks.report import write
from contextlib import contextmanager
from contextlib import suppress
from demo.blocks import blocks_of
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit
from urllib.request import Request
from urllib.request import urlopen

import json
import os
import sys


METHOD = """\
Two published pages of the demo, with and without the block with five lines, asked for in turn by
a manager; times of the whole response in milliseconds. The backend answers the request of
the block in this time. Then the processor time of Volto's server alone, in turns of 15 requests.\
"""
# Processor time is counted in hundredths of a second.
TURN = 15
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
        server = server_at(urlsplit(site).port)
        for _ in range(rounds):
            for name, page in pages.items():
                begin = perf_counter()
                sizes[name] = len(get(page, token))
                times[name].append((perf_counter() - begin) * 1000)
        spent = dict.fromkeys(pages, 0.0)
        turns = max(1, rounds // TURN)
        for _ in range(turns):
            for name, page in pages.items():
                begin = processor_time(server)
                for _ in range(TURN):
                    get(page, token)
                spent[name] += processor_time(server) - begin
    results = {
        name: {
            "milliseconds": middle(times[name]),
            "server": round(spent[name] / turns / TURN * 1000, 1),
            "bytes": sizes[name],
        }
        for name in pages
    }
    added = results["with"]["milliseconds"]["median"]
    added -= results["without"]["milliseconds"]["median"]
    rendering = results["with"]["server"] - results["without"]["server"]
    print(
        f"The block adds {added:.1f} ms in {rounds} rounds, of which Volto's server takes"
        f" {rendering:.1f} ms of processor time."
    )
    write("volto", METHOD, ["Plone"], {"rounds": rounds, **results})


def server_at(port: int) -> int:
    """Return the number of the process that is Volto's server at *port* of this machine."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            is_server = b"build/server.js" in (process / "cmdline").read_bytes()
            variables = (process / "environ").read_bytes().split(b"\0")
            if is_server and f"PORT={port}".encode() in variables:
                return int(process.name)
    sys.exit(f"Volto's server at port {port} does not run on this machine.")


def processor_time(process: int) -> float:
    """Return the processor time that a process has taken, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
