"""``make start``: creation of the site, logins, second start, and errors."""

from base64 import b64encode
from contextlib import contextmanager
from demo.start import SIGHTS
from lxml import html
from pathlib import Path
from urllib.request import Request
from urllib.request import urlopen

import json
import os
import pytest
import signal
import socket
import subprocess
import sys


pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(sys.path),
    # As "make start ENTRIES=60" has it.
    "ENTRIES": "60",
}


def start(folder, port):
    """Run what ``make start`` runs."""
    return subprocess.Popen(
        [sys.executable, "-m", "demo.start", str(folder), str(port)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running(folder, port):
    """Run the site; yield the output up to the first request, and stop with Ctrl-C."""
    process = start(folder, port)
    try:
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, f"The process ended early:\n{printed}"
            printed += line
        yield printed
    finally:
        process.send_signal(signal.SIGINT)
        try:
            rest, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, rest


def page(port, path="", login=None, password="millbrook", accept="text/html"):
    request = Request(f"http://localhost:{port}/Plone{path}")
    request.add_header("Accept", accept)
    if login:
        token = b64encode(f"{login}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    with urlopen(request) as response:
        return response.read().decode()


def lines(text):
    """Return the lines of activity on a page."""
    found = html.fromstring(text).cssselect("li.list-group-item")
    return [" ".join(line.text_content().split()) for line in found]


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the site, next to the remains of an interrupted creation."""
    folder = tmp_path_factory.mktemp("var") / "demo"
    unfinished = folder.with_name("demo.unfinished")
    unfinished.mkdir()
    (unfinished / "Data.fs").write_bytes(b"half of it")
    return folder


@pytest.fixture(scope="module")
def first_start(folder, port):
    """The output of the first start."""
    with running(folder, port) as printed:
        return printed


@pytest.fixture(scope="module")
def second_start(first_start, folder, port):
    """The output of the second start, which keeps running."""
    with running(folder, port) as printed:
        yield printed


def test_first_start_creates_site_and_prints_logins(first_start, port):
    assert "Creating the demo site" in first_start
    assert f"http://localhost:{port}/Plone" in first_start
    for name in ("Maria Lindqvist", "Tom Okafor", "Ruth Bergmann"):
        assert name in first_start
    for path in SIGHTS:
        assert f"http://localhost:{port}/Plone{path}  " in first_start


def test_second_start_creates_nothing(first_start, second_start):
    assert "Creating" not in second_start
    welcome = second_start.partition("Starting Plone")[2]
    assert welcome
    assert welcome in first_start


def test_editor_sees_activity(second_start, port):
    home = page(port, login="maria")
    assert "Recent activity" in home
    assert "First radishes" in home
    assert "Minutes of the spring meeting" in home
    assert "Old price lists" in page(port, "/@@activity", login="maria")


def test_uploads_are_one_line(second_start, port):
    newest, *_ = lines(page(port, login="maria"))
    assert newest.startswith("ML Maria Lindqvist created 3 items Image Bench")


def test_activity_has_old_and_new_values(second_start, port):
    shown = lines(page(port, "/@@activity", login="maria"))
    change = "Ten of them, and all of them short. → Eleven of them, and all of them"
    assert [line for line in shown if f"Summary: {change} short." in line] != []


def test_a_quiet_page_has_a_long_story(second_start, port):
    path = "/opening-hours-of-the-gate/@@activity?b_size=100"
    story = lines(page(port, path, login="maria"))
    assert len(story) == 30
    assert story[-1].startswith("ML Maria Lindqvist created Page Opening hours")


def test_further_entries_are_found(second_start, port):
    path = "/plot-diaries/@@activity?b_size=100"
    found = lines(page(port, path, login="tom"))
    assert 50 <= len(found) <= 60
    squash = lines(page(port, f"{path}&text=squash", login="tom"))
    assert squash == [line for line in found if "squash" in line]
    assert squash != []


def test_members_can_use_the_rest_api(second_start, port):
    answer = page(port, "/++api++/@activity", login="tom", accept="application/json")
    titles = [item["entries"][0]["title"] for item in json.loads(answer)["items"]]
    assert "First radishes" in titles
    assert "Minutes of the spring meeting" not in titles


def test_contributor_does_not_see_private_folder(second_start, port):
    home = page(port, login="tom")
    assert "First radishes" in home
    assert "Minutes" not in home
    assert "Minutes" not in page(port, "/@@activity", login="tom")


def test_anonymous_users_see_no_activity(second_start, port):
    home = page(port)
    assert "Millbrook Community Garden" in home
    assert "Recent activity" not in home


def test_admin_can_log_in(second_start, port):
    assert "Recent activity" in page(port, login="admin", password="admin")


def test_second_instance_is_refused(second_start, folder, port):
    process = start(folder, port)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Another make start is using" in printed


def test_occupied_port_is_reported_with_a_solution(second_start, tmp_path, port):
    process = start(tmp_path / "other", port)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} is in use" in printed
    assert f"make start PORT={port + 1}" in printed
    assert not (tmp_path / "other").exists()


def test_the_port_of_plone_is_not_built_into_volto():
    """A PORT in the environment of its build would be."""
    show = "show: ; @echo port: $${PORT-none}"
    command = ["make", "--eval", show, "show", "FACE=volto", "PORT=8090"]
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("port: none\n", "")
