"""A site of 1.0.0a1 on ZEO is upgraded under load, one server after the other. Nothing is lost.

The servers have the sources of 1.0.0a1, from the history of the repository, until they are restarted with those of
today. ``pytest -rP`` shows the figures.
"""

from collections import Counter
from engines.ledger import match
from itertools import chain
from lxml import html
from tests.engines.commits import commits_since
from tests.engines.commits import last_commit
from tests.engines.rolling import EDITORS
from tests.engines.rolling import MANAGER
from tests.engines.rolling import NEW
from tests.engines.rolling import OLD
from tests.engines.rolling import PASSWORD
from tests.engines.rolling import Rolling
from tests.product import visits
from tests.product.zope_process import configure
from tests.product.zope_process import ROOT
from tests.product.zope_process import run_program
from tests.product.zope_process import unpack_database
from tests.product.zope_process import Zope

import io
import json
import os
import pytest
import re
import shutil
import subprocess
import sys
import tarfile


pytestmark = pytest.mark.processes

#: The commit that was released as 1.0.0a1.
VERSION_1_0_0A1 = "f39f595"
VERIFY = "from collective.appendonly.commands.main import main; main()"
_HELD = ROOT / "tests/product/upgrades/version_1_0_0a1.json"
_KEY = json.loads(_HELD.read_text())["feed_key"]
# A folder that was published would fill them.
_ONLY = "actions=edited"
PAGE = f"@@activity?{_ONLY}"
FEED = f"@@activity-personal.atom?key={_KEY}&{_ONLY}"
PAGES = PAGE, f"@activity?{_ONLY}", FEED
STACK_CLASS = "collective.appendonly.structures.append_stack.AppendStack"
ARCHIVE_CLASS = "collective.appendonly.structures.archive.Archive"
#: Where a record of a server's log begins.
RECORDS = re.compile("^(?=(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):|------)", re.MULTILINE)
OURS = re.compile("collective.appendonly|ZODB.ConflictResolution")
# After a restart of the ZEO server a new object may get the number of another one: see test_zeo.py.
SAME_NUMBER = re.compile(
    "A different object already has the same oid|serial this txn started with 0x00 "
    "|in tryToResolveConflict(?s:.*)POSKeyError"
)
UNREADABLE = re.compile("ERROR:collective.appendonly.log:Skipped item .*b'2'")


@pytest.fixture(scope="module")
def old_sources(tmp_path_factory):
    """The sources of 1.0.0a1, in a folder to import from."""
    command = ["git", "archive", VERSION_1_0_0A1, "src"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True)
    except FileNotFoundError:
        pytest.skip("The sources of 1.0.0a1 come from git, which is not installed.")
    if done.returncode:
        pytest.skip(
            f"The sources of 1.0.0a1 ({VERSION_1_0_0A1}) are not in the history here, as in a"
            f" shallow clone: {done.stderr.decode().strip()}"
        )
    folder = tmp_path_factory.mktemp("1.0.0a1")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "src"


@pytest.fixture(scope="module")
def old_database(old_sources, tmp_path_factory):
    """The database that 1.0.0a1 wrote, in which it has added the editors and their pages."""
    folder = unpack_database("version_1_0_0a1", tmp_path_factory.mktemp("database"))
    path = os.pathsep.join([str(old_sources), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.engines.old_site", folder, *chain(*EDITORS)],
        env={**os.environ, "PYTHONPATH": path},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder / "Data.fs"


@pytest.fixture
def rolling(old_sources, old_database, tmp_path, seed):
    """The servers, not started yet, over a copy of the database."""
    shutil.copy(old_database, tmp_path)
    return Rolling(tmp_path, old_sources, seed)


def test_one_zope_is_upgraded_before_the_other(rolling, tmp_path):
    begin = last_commit(tmp_path)
    with rolling:
        rolling.edit(0, 1)
        rolling.wait_for_edits(8)
        rolling.upgrade_zope(0)
        rolling.wait_for_edits(10)
        # New clients of an old server, then old clients of a new one.
        rolling.upgrade_server()
        rolling.wait_for_edits(10)
        rolling.pause(0, 1)
        titles = newest_titles(rolling)
        for number in 0, 1:
            assert not_shown(rolling, number, titles) == {}
        rolling.edit(0, 1)
        rolling.upgrade_zope(1)
        rolling.wait_for_edits(5)
        rolling.upgrade_profile()
        rolling.wait_for_edits(8)
        rolling.pause(0, 1)
    assert errors(rolling) == {}
    assert_that_all_is_there(rolling, tmp_path, begin)


def test_a_profile_that_is_upgraded_too_early_loses_nothing(rolling, tmp_path):
    begin = last_commit(tmp_path)
    with rolling:
        rolling.edit(0, 1)
        rolling.upgrade_zope(0)
        rolling.upgrade_profile()
        rolling.wait_for_edits(10)
        rolling.pause(0, 1)
        titles = newest_titles(rolling)
        assert not_shown(rolling, 0, titles) == {}
        # The old Zope leaves out what it cannot read: see the errors in its log.
        not_shown(rolling, 1, titles)
        rolling.edit(0, 1)
        rolling.upgrade_zope(1)
        rolling.wait_for_edits(5)
        rolling.pause(0, 1)
    found = errors(rolling)
    assert list(found) == ["Zope 1"], found
    assert [record for record in found["Zope 1"] if not UNREADABLE.match(record)] == []
    assert_that_all_is_there(rolling, tmp_path, begin)


def newest_titles(rolling):
    """Let each editor save once more, while nobody else works; return the titles."""
    return [editor.save() for editor in chain(*rolling.editors)]


def not_shown(rolling, number, titles):
    """Return those of *titles* that are missing, by the pages on which they belong.

    Pages show today's titles, so they may show that of a page of which they leave out the newest edit.
    """
    missing = {}
    for path in PAGES:
        status, body = rolling.get(number, path, None if path == FEED else MANAGER)
        assert status == 200, path
        if path == PAGE:
            # The navigation has the titles, too.
            body = html.fromstring(body).get_element_by_id("content").text_content()
        missing[path] = [title for title in titles if title not in body]
    for path in "", "@@my-activity":
        status, _ = rolling.get(number, path, ("jane", PASSWORD))
        assert status == 200, path
    return {path: titles for path, titles in missing.items() if titles}


def errors(rolling):
    """Return the errors of ours that the servers have logged, by their names."""
    found = {
        name: [record for record in RECORDS.split(log) if is_error(record)]
        for name, log in rolling.logs.items()
    }
    return {name: records for name, records in found.items() if records}


def is_error(record):
    # Others have their own, such as conflicts of the catalog that were retried too often.
    return (
        ("ERROR" in record or "Traceback" in record)
        and OURS.search(record) is not None
        and SAME_NUMBER.search(record) is None
    )


def assert_that_all_is_there(rolling, folder, begin):
    """Compare the log with what was sent, and with the transactions in the database."""
    sent = list(chain(*(editor.sent for editor in chain(*rolling.editors))))
    with Zope(folder) as zope:
        activity = zope.call(visits.activity)[::-1]
    editors = set(chain(*EDITORS))
    keys = [key_of(each) for each in activity if each["actor"] in editors]
    matched, wrong = match(sent, [(key,) for key in keys])
    assert {name: cases for name, cases in wrong.items() if cases} == {}

    commits = [each for each in commits_since(folder, begin) if each.user in editors]
    assert [commit.user for commit in commits] == [actor for actor, *_ in keys]
    layers = Counter()
    for commit, edit in zip(commits, matched, strict=True):
        layers[edit.of] += commit.layers
    assert layers[OLD] and layers[NEW]
    assert rolling.observed["merge"]
    assert {STACK_CLASS, ARCHIVE_CLASS}.isdisjoint(rolling.observed)

    done = run_program(
        VERIFY, "--conf", configure(folder), "--site", "/Plone", "verify"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("No problems found in ")
    edits = Counter((each.of, each.outcome) for each in sent)
    figures = {"edits": edits, "layers": layers, "conflicts": rolling.observed}
    print({name: dict(counts) for name, counts in figures.items()})  # noqa: T201


def key_of(change_set):
    entries = change_set["entries"]
    what = entries[0]["title"] if len(entries) == 1 else len(entries)
    return change_set["actor"], " ".join(entries[0]["actions"]), what
