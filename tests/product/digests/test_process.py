"""The command in its own process, with a real SMTP server, killed while sending."""

from pathlib import Path
from tests.product.digests.make_site import EXPECTED
from tests.product.digests.smtp import smtp_server
from tests.product.zope_process import make_instance
from tests.product.zope_process import Program

import pytest
import signal


pytestmark = pytest.mark.processes

PROGRAM = "from collective.appendonly.commands.main import main; main()"


@pytest.fixture
def server():
    with smtp_server() as server:
        yield server


@pytest.fixture
def start(tmp_path, server):
    """Start the command for a site with three digests that are due."""
    script = Path(__file__).with_name("make_site.py")
    make_instance(script, tmp_path, str(server.port))

    def start():
        conf = str(tmp_path / "zope.conf")
        return Program(PROGRAM, "--conf", conf, "--site", "/Plone", "digest")

    return start


def test_killed_process_sends_no_digest_twice(start, server, sentences):
    process = start()
    # The second email is ready, but not committed.
    server.on_greeting = lambda: server.greeted == 2 and process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert len(server.mails) == 1
    server.on_greeting = lambda: None
    process = start()
    output, errors = process.communicate()
    assert (process.returncode, output) == (
        0,
        "Digests sent: 2; members without new activity: 0; members without a valid email"
        " address, or who cannot view the activity now: 0.\n",
    ), errors
    found = [
        (address.partition("@")[0], sentences(mail)) for address, mail in server.mails
    ]
    assert sorted(found) == sorted(EXPECTED.items())
    assert all(
        mail["List-Unsubscribe"].startswith("<https://www.example.org/@@activity-un")
        for _, mail in server.mails
    )
    process = start()
    output, errors = process.communicate()
    assert output.startswith("Digests sent: 0;")
    assert len(server.mails) == 3
