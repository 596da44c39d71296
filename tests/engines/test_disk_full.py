"""The disk is full in the middle of a storm: the error says so, and nothing is lost.

A disk of its own takes the right to mount one. Where there is none, only the size of the
file is limited.
"""

from contextlib import contextmanager
from engines.files import FileStorageEngine
from engines.files import short_folder
from engines.files import SQLite
from engines.zeo import ZEO
from itertools import count
from tests.engines.reports import read_log
from ZODB.POSException import ConflictError

import errno
import pytest
import re
import shutil
import subprocess


pytestmark = pytest.mark.processes


class SmallDisk:
    def __init__(self, folder):
        self.folder = folder
        self._mount("size=2m")

    def grow(self):
        self._mount("remount,size=200m")

    def _mount(self, options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            pytest.skip(f"No small disk can be mounted here: {result.stderr}")

    def close(self):
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False)


@pytest.fixture
def disk():
    """A disk that is full soon, until it ``grow``s."""
    if shutil.which("mount") is None:
        pytest.skip("No small disk can be mounted here: there is no 'mount'.")
    with short_folder() as folder:
        disk = SmallDisk(folder)
        yield disk
        disk.close()


@contextmanager
def on_file_storage(folder):
    yield FileStorageEngine(folder)


@contextmanager
def on_zeo(folder):
    with ZEO(data=folder) as engine:
        yield engine


@contextmanager
def on_sqlite(folder):
    yield SQLite(folder)


@pytest.mark.parametrize("started", [on_file_storage, on_zeo])
def test_what_was_committed_stays_and_pushes_go_on_when_there_is_space(
    started, disk, open_storm
):
    jobs = ["push_large"] * 3
    with started(disk.folder) as engine:
        storm = open_storm(
            engine, [jobs] if started is on_file_storage else [[job] for job in jobs]
        )
        storm.wait_for_failures(6)
        disk.grow()
        storm.wait_for_commits(10)
        storm.stop()

        storm.verify()
        for kinds, message in storm.reports.failures:
            assert "No space left on device" in message
            assert "ConflictError" not in kinds


@pytest.mark.parametrize("started", [on_file_storage, on_zeo, on_sqlite])
def test_a_client_that_is_started_anew_goes_on_when_there_is_space(
    started, disk, create, open_client
):
    with started(disk.folder) as engine:
        name = create(engine)
        client = open_client(engine)
        pushed, error = push_until_it_fails(client, name)
        assert re.search("No space left on device|disk is full", str(error))
        assert not isinstance(error, ConflictError)
        client.kill()
        disk.grow()
        client = open_client(engine)
        push_large(client, name, pushed)
        client.kill()
        assert [number for number, _ in read_log(engine, name)] == [*range(pushed + 1)]


def test_a_file_that_may_not_grow_takes_pushes_again_when_it_may(
    tmp_path, create, open_client
):
    engine = FileStorageEngine(tmp_path)
    name = create(engine)
    client = open_client(engine)
    client.call("limit_files", 200_000)
    pushed, error = push_until_it_fails(client, name)
    assert isinstance(error, OSError)
    assert error.errno == errno.EFBIG
    client.call("limit_files", -1)
    push_large(client, name, pushed)
    client.kill()
    assert [number for number, _ in read_log(engine, name)] == [*range(pushed + 1)]


def push_until_it_fails(client, name):
    for number in count():
        try:
            push_large(client, name, number)
        except Exception as error:
            return number, error


def push_large(client, name, number):
    client.call("begin", name)
    client.call("do", "push_large", (number,))
    client.call("commit")
