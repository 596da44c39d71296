"""The predecessor from the package index, a database that it wrote, and zodbupdate.

Without the index these tests are skipped; continuous integration insists on them.
"""

from importlib.util import find_spec
from tests.moving_over import writer
from tests.structures.conftest import Database
from ZODB.FileStorage import FileStorage

import json
import os
import pytest
import shutil
import subprocess
import sys


ANCESTOR = "appendonly==1.2"

# The console script of zodbupdate, for environments that have no such file; after it
# was made sure that the predecessor cannot be imported.
ZODBUPDATE = "import sys; from zodbupdate.main import main; sys.exit(main())"
WITHOUT_ANCESTOR = "import sys; sys.modules['appendonly'] = None; "


def missing(what):
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def run():
    """A function that runs Python with folders in front of its path."""

    def run(*arguments, path=()):
        paths = os.pathsep.join(map(str, [*path, *sys.path]))
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def ancestor(tmp_path_factory):
    """A folder with the ``appendonly`` package in it, and nothing else."""
    folder = str(tmp_path_factory.mktemp("ancestor"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*pip, "--target", folder, ANCESTOR], capture_output=True, text=True
    )
    if done.returncode:
        missing(f"pip cannot install {ANCESTOR} from the index: {done.stderr[-500:]}")
    return folder


@pytest.fixture(scope="session")
def written(ancestor, run, tmp_path_factory):
    """The path of a database that the predecessor wrote, and its contents."""
    path = tmp_path_factory.mktemp("written") / "Data.fs"
    printed = run(writer.__file__, path, path=[ancestor]).stdout
    return path, json.loads(printed)


@pytest.fixture
def expected(written):
    """The contents of the database, as the predecessor sees them."""
    return written[1]


@pytest.fixture
def not_moved(written, tmp_path, monkeypatch):
    """A copy of the predecessor's database, and the predecessor is gone."""
    monkeypatch.setitem(sys.modules, "appendonly", None)
    return shutil.copy(written[0], tmp_path / "Data.fs")


@pytest.fixture
def zodbupdate(run):
    """A function that runs zodbupdate, and returns what it reported."""
    if find_spec("zodbupdate") is None:
        missing("zodbupdate is not installed.")

    def zodbupdate(file, *options, path=()):
        program = ZODBUPDATE if path else WITHOUT_ANCESTOR + ZODBUPDATE
        return run("-c", program, "-f", file, *options, path=path).stderr

    return zodbupdate


@pytest.fixture
def moved(not_moved, zodbupdate):
    """A copy of the predecessor's database after zodbupdate."""
    zodbupdate(not_moved)
    return not_moved


class Opened(Database):
    """A database in a file, with the folder that the predecessor's writer filled."""

    def __init__(self, path):
        super().__init__(FileStorage(str(path)))

    def folder(self):
        return self.load("folder")

    def race_in_folder(self, *changes):
        self.race(
            *(lambda root, change=change: change(root["folder"]) for change in changes)
        )


@pytest.fixture
def open_database():
    """A function that opens a file as ``Opened``, closed after the test."""
    opened = []

    def open_database(path):
        opened.append(Opened(path))
        return opened[-1]

    yield open_database
    for database in opened:
        database.close()
