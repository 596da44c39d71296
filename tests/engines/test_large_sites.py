"""The example configurations as an operator sets them up: a server, two Zopes, two editors."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextlib import ExitStack
from tests.engines.conftest import started
from tests.engines.large_sites import ExampleZEO
from tests.engines.large_sites import ExampleZope
from tests.engines.large_sites import run
from tests.engines.make_site import EDITORS
from tests.engines.make_site import PASSWORD
from threading import Barrier

import json
import pytest
import re


pytestmark = pytest.mark.processes

ROUNDS = 10
DSN = "host=db.example.org dbname=plone user=plone"


@contextmanager
def on_zeo():
    with ExampleZEO() as server:
        # A Zope waits for the other one's commits: the tests read at once what both wrote.
        # Only the section of ZEO itself has server-sync.
        yield (
            "zope-zeo.conf",
            {
                "%define": "%import ZEO\n%define",
                "zeoclient>": "clientstorage>",
                "localhost:8100": f"{server.address}\n    server-sync true",
            },
        )


@contextmanager
def on_postgresql():
    with started("postgresql") as server:
        dsn = re.search(r"dsn (.*)", server.configuration).group(1)
        yield "zope-relstorage.conf", {DSN: dsn}


DEPLOYMENTS = {"zeo": on_zeo, "postgresql": on_postgresql}


@pytest.fixture(scope="module", params=DEPLOYMENTS)
def zopes(request):
    """Two Zopes over one database with a site."""
    with ExitStack() as stack:
        conf, replacements = stack.enter_context(DEPLOYMENTS[request.param]())
        zopes = [ExampleZope(conf, replacements) for _ in EDITORS]
        stack.enter_context(zopes[0])
        made = run("-m", "tests.engines.make_site", str(zopes[0].zope_conf))
        assert made.returncode == 0, made.stderr[-4000:]
        stack.enter_context(zopes[1])
        yield zopes


def edit_at_the_same_time(zopes):
    """Have the editors edit one page each, through one Zope each, concurrently and in rounds."""
    barrier = Barrier(len(EDITORS), timeout=60)

    def edit(editor, zope):
        answers = []
        for number in range(ROUNDS):
            barrier.wait()
            fields = {"title": f"{editor} {number}"}
            answer = zope.ask("PATCH", f"Plone/{editor}", (editor, PASSWORD), fields)
            answers.append(answer[0])
        return answers

    with ThreadPoolExecutor(len(EDITORS)) as pool:
        return list(pool.map(edit, EDITORS, zopes))


def edits_in_the_log(zope):
    status, body = zope.ask("GET", "Plone/@activity?b_size=100", ("admin", "admin"))
    assert status == 200, body
    return Counter(
        (change_set["actor"]["id"], entry["path"])
        for change_set in json.loads(body)["items"]
        for entry in change_set["entries"]
        if entry["actions"] == ["edited"]
    )


def test_each_edit_through_either_zope_is_in_the_log_once(zopes):
    assert edit_at_the_same_time(zopes) == [[204] * ROUNDS] * len(EDITORS)
    expected = {(editor, f"/{editor}"): ROUNDS for editor in EDITORS}
    for zope in zopes:
        assert edits_in_the_log(zope) == expected


def test_the_doctor_finds_that_concurrent_edits_are_merged(zopes):
    command = "from collective.appendonly.commands.main import main; main()"
    address = "--conf", str(zopes[0].zope_conf), "--site", "/Plone"
    done = run("-c", command, *address, "doctor", "--json")
    assert done.returncode == 0, done.stderr[-4000:]
    verdicts = {
        finding["name"]: finding["verdict"] for finding in json.loads(done.stdout)
    }
    assert verdicts == {
        "conflicts": "good",
        "server": "good",
        "structures": "good",
        "search": "good",
        "window": "good",
        # Everything is kept, and there are no digests to send.
        "maintenance": "good",
        "profile": "good",
        "mail": "good",
    }
