"""Storages, started once for all tests, and new structures in them for each test."""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from contextlib import closing
from contextlib import contextmanager
from contextlib import nullcontext
from engines.files import FileStorageEngine
from engines.files import short_folder
from engines.files import SQLite
from engines.postgresql import binaries
from engines.postgresql import PostgreSQL
from engines.zeo import ZEO
from itertools import count
from persistent.mapping import PersistentMapping
from tests.engines.processes import Process
from tests.engines.processes import Storm
from tests.engines.worker import MAX_LAYERS
from tests.engines.worker import MAX_LENGTH
from ZODB.config import databaseFromString

import os
import pytest
import secrets


ENGINES = {
    "zeo": lambda folder: ZEO(),
    "zeo-client-resolves": lambda folder: ZEO(client_resolves=True),
    "zeo-without-package": lambda folder: ZEO(knows_package=False),
    "zeo-client-resolves-without-package": lambda folder: ZEO(
        client_resolves=True, knows_package=False
    ),
    "postgresql": lambda folder: PostgreSQL(),
    "postgresql-history-free": lambda folder: PostgreSQL(keep_history=False),
    "sqlite": lambda folder: nullcontext(SQLite(folder)),
    "sqlite-history-free": lambda folder: nullcontext(
        SQLite(folder, keep_history=False)
    ),
    "filestorage": lambda folder: nullcontext(FileStorageEngine(folder)),
}
# Several clients can write, and conflicts are resolved, on the server or in the client.
SHARED = [
    "zeo",
    "zeo-client-resolves",
    "postgresql",
    "postgresql-history-free",
    "sqlite",
    "sqlite-history-free",
]


@contextmanager
def started(name):
    """Start a storage. Without PostgreSQL, its tests are skipped; in CI they fail."""
    if name.startswith("postgresql") and binaries() is None:
        message = "There is no PostgreSQL server here. In Debian it is 'postgresql'."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with short_folder() as folder:
        with ENGINES[name](folder) as engine:
            yield engine


@pytest.fixture(scope="session", params=SHARED)
def engine(request):
    """Each shared storage in turn, unless a test names one."""
    with started(request.param) as engine:
        yield engine


_numbers = count()


@pytest.fixture
def create():
    """Create structures in a storage, and return their name in the root."""

    def create(engine, writers=10):
        name = f"test {next(_numbers)}"
        receipts = {number: PersistentMapping() for number in range(writers)}
        with closing(databaseFromString(engine.configuration)) as db:
            with db.transaction() as connection:
                connection.root()[name] = PersistentMapping(
                    stack=AppendStack(MAX_LAYERS, MAX_LENGTH),
                    archive=Archive(),
                    accumulator=Accumulator(),
                    receipts=PersistentMapping(receipts),
                )
        return name

    return create


@pytest.fixture
def open_client():
    """Start a client process, which ends after the test."""
    processes = []

    def open_client(engine):
        processes.append(Process(engine))
        return processes[-1]

    yield open_client
    for process in processes:
        process.close()


@pytest.fixture
def seed():
    """The seed of all random choices of a test. A failing test prints it."""
    seed = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    print(f"To repeat the choices: SEED={seed}")  # noqa: T201
    return seed


@pytest.fixture
def open_storm(create, seed):
    """Start clients that write concurrently, with a list of jobs for each."""
    storms = []

    def open_storm(engine, jobs=(["push"],) * 3, writers=10, pause=0):
        if getattr(engine, "client_resolves", False):
            # That takes several requests, and in each of them nobody may be faster.
            # After nine a client gives up: see test_zeo.py.
            pause = 0.02
        storms.append(Storm(engine, create(engine, writers), jobs, seed, pause))
        storms[-1].go()
        return storms[-1]

    yield open_storm
    for storm in storms:
        storm.close()
