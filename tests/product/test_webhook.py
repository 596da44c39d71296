"""The example in docs/examples/activityhook posts each change once or more, in order, whatever happens.

See docs/webhook.rst. The other server is in this process; those that are killed are real ones.
"""

from collective.appendonly.recording import record
from collective.appendonly.structures.check import check
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from plone import api
from plone.app.testing import applyProfile
from plone.base.utils import get_installer
from tests.product.layers import ExampleLayer
from tests.product.layers import EXAMPLES
from tests.product.layers import site_of_its_own
from tests.product.zope_process import copy_instance
from tests.product.zope_process import INTERRUPTING
from tests.product.zope_process import make_instance
from tests.product.zope_process import run_program
from threading import Event
from threading import Thread
from transaction import TransactionManager
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter
from zope.component import getUtility
from zope.component import queryUtility

import json
import pytest
import signal
import socket
import transaction


pytestmark = pytest.mark.large

set_up, functional = site_of_its_own(ExampleLayer("activityhook"))


class Hook:
    """A server that keeps what it is sent, and answers as it is told."""

    def __init__(self):
        self.received = []
        #: The answers to the next requests: a status, or what to call first. Then 204.
        self.answers = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                hook.received.append(json.loads(self.rfile.read(length)))
                answer = hook.answers.pop(0) if hook.answers else 204
                if callable(answer):
                    answer = answer()
                if answer is None:
                    # Hang up without an answer.
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer)
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/activity"

    @property
    def paths(self):
        return [message["entries"][0]["path"] for message in self.received]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def hook():
    hook = Hook()
    yield hook
    hook.close()


@pytest.fixture
def worker(functional):
    return import_module("activityhook.worker")


@pytest.fixture
def queue(functional):
    return import_module("activityhook.queue")


@pytest.fixture
def add(portal):
    """Add pages with these numbers, one after the other."""

    def add(*numbers):
        for number in numbers:
            api.content.create(portal, "Document", f"page-{number}")
            transaction.commit()

    return add


def names(*numbers):
    return [f"page-{number}" for number in numbers]


def test_it_is_installed_from_the_control_panel(portal):
    assert get_installer(portal).is_product_installed("activityhook")
    assert queryUtility(IAppendStack, name="activityhook.queue") is not None


def test_each_change_is_posted_once_and_in_order(hook, worker, add):
    add(*range(40))
    assert worker.deliver(hook.url) == 40
    assert hook.paths == names(*range(40))
    assert worker.deliver(hook.url) == 0
    add(40)
    assert worker.deliver(hook.url) == 1
    assert hook.paths[40:] == names(40)


def test_what_is_posted(portal, hook, worker, log):
    page = api.content.create(portal, "Document", "page", title="Page")
    transaction.commit()
    worker.deliver(hook.url)
    [message] = hook.received
    assert len(message.pop("id")) == 36
    [(_, change_set)] = log.older()
    assert message.pop("time")[:19] == change_set.time.isoformat()[:19]
    assert message == {
        "site": "/plone",
        "actor": "test_user_1_",
        "count": 1,
        "entries": [
            {
                "actions": ["created"],
                "path": "page",
                "title": "Page",
                "type": "Document",
                "UID": page.UID(),
            }
        ],
    }


def test_of_a_large_change_set_the_first_entries_are_posted(
    portal, hook, worker, queue, add, monkeypatch
):
    add(*range(5))
    worker.deliver(hook.url)
    monkeypatch.setattr(queue, "ENTRIES", 3)
    for number in range(5):
        record(portal[f"page-{number}"], "watered")
    transaction.commit()
    worker.deliver(hook.url)
    assert hook.received[-1]["count"] == 5
    assert len(hook.received[-1]["entries"]) == 3


def test_an_aborted_edit_is_not_posted(portal, hook, worker):
    api.content.create(portal, "Document", "page")
    transaction.abort()
    assert worker.deliver(hook.url) == 0
    assert hook.received == []


def test_a_server_that_is_down_and_comes_back(hook, worker, add):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    add(1, 2)
    with pytest.raises(OSError):
        worker.deliver(nobody)
    add(3)
    assert worker.deliver(hook.url) == 3
    assert hook.paths == names(1, 2, 3)


@pytest.mark.parametrize("status", [500, 503, 404, 301])
def test_a_server_that_answers_with_an_error(hook, worker, add, status):
    add(1, 2, 3)
    hook.answers = [204, status]
    with pytest.raises(OSError):
        worker.deliver(hook.url)
    assert worker.deliver(hook.url) == 2
    # The one that it has refused comes again, before all others.
    assert hook.paths[:2] == names(1, 2)
    assert hook.paths[-2:] == names(2, 3)


def test_a_server_that_hangs_up(hook, worker, add):
    add(1, 2)
    hook.answers = [None]
    with pytest.raises((OSError, worker.HTTPException)):
        worker.deliver(hook.url)
    assert worker.deliver(hook.url) == 2
    assert hook.paths == names(1, 1, 2)


def test_a_server_that_is_slow(hook, worker, add, monkeypatch):
    goes_on = Event()
    add(1, 2)
    hook.answers = [lambda: goes_on.wait(60) and 204]
    monkeypatch.setattr(worker, "TIMEOUT", 0.2)
    with pytest.raises(OSError):
        worker.deliver(hook.url)
    goes_on.set()
    monkeypatch.undo()
    assert worker.deliver(hook.url) == 2
    assert hook.paths == names(1, 1, 2)
    # By its id, the server knows what it has.
    assert len({message["id"] for message in hook.received}) == 2


def test_the_worker_tries_again_with_longer_pauses(hook, worker, add, monkeypatch):
    pauses = []

    class Stopped(Exception):
        pass

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 9:
            raise Stopped

    monkeypatch.setattr(worker, "sleep", sleep)
    hook.answers = [500] * 7
    add(1)
    with pytest.raises(Stopped):
        worker.work(hook.url)
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 1, 1]
    assert hook.paths == names(1) * 8


def test_edits_while_it_delivers(functional, hook, worker, queue, add, portal):
    """Another process pushes at the same time: neither has to wait, or conflicts."""
    add(*range(20))
    pushed = []

    def push():
        manager = TransactionManager()
        connection = functional["zodbDB"].open(manager)
        site = connection.root()["Application"]["plone"]
        stack = site.getSiteManager().getUtility(IAppendStack, queue.QUEUE)
        archive = IAnnotations(site)[queue.QUEUE]
        number = 100 + len(pushed)
        body = json.dumps({"entries": [{"path": f"page-{number}"}]}).encode()
        stack.push(body, archive.addLayer)
        manager.commit()
        connection.close()
        pushed.append(number)
        return 204

    hook.answers = [push] * 30
    assert worker.deliver(hook.url) == 50
    assert hook.paths == names(*range(20), *range(100, 130))


def test_what_was_delivered_is_discarded(portal, hook, worker, add, queue):
    add(*range(60))
    archive = getAdapter(portal, IArchive, name=queue.QUEUE)
    assert len(archive) > 0
    worker.deliver(hook.url)
    assert len(archive) == 0
    check(getUtility(IAppendStack, name=queue.QUEUE), archive)


def test_uninstalling_removes_the_queue(portal, queue, add):
    applyProfile(portal, "activityhook:uninstall")
    transaction.commit()
    assert queryUtility(IAppendStack, name=queue.QUEUE) is None
    assert {queue.QUEUE, queue.STATE}.isdisjoint(IAnnotations(portal))
    add(1)
    assert "page-1" in portal


# Processes that are killed


PROGRAM = """
import sys
sys.path.insert(0, {examples!r})
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from plone import api
from Testing.makerequest import makerequest
from Zope2.App import zcml
from Zope2.Startup.run import configure_wsgi
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
import activityhook, transaction, Zope2

conf, url, first, last, moment, count = sys.argv[1:]
calls = []
configure_wsgi(conf)
zcml.load_config("configure.zcml", activityhook)
if moment:
    # Before a connection is opened, which keeps the methods of its storage.
    owner, name = moment.rsplit(".", 1)
    module, _, cls = owner.partition(":")
    owner = importlib.import_module(module)
    owner = getattr(owner, cls) if cls else owner
    calls = interrupt_after(owner, name, int(count), signal.SIGKILL)
app = makerequest(Zope2.app())
setRequest(app.REQUEST)
newSecurityManager(None, system)
site = app["Plone"]
setSite(site)
from activityhook import queue, worker
calls[:] = [None] * 1000
if queue.STATE not in queue.IAnnotations(site):
    queue.install(None)
    transaction.commit()
calls.clear()
for number in range(int(first), int(last)):
    api.content.create(site, "Document", "new-%s" % number)
    transaction.commit()
worker.deliver(url)
app._p_jar.db().close()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    script = Path(__file__).parent / "commands" / "make_site.py"
    return make_instance(script, tmp_path_factory.mktemp("made"))


@pytest.fixture
def run(made, tmp_path, hook):
    """Edit pages with these numbers and deliver, in a process; return how it ended."""
    conf = str(copy_instance(made, tmp_path / "instance") / "zope.conf")
    program = INTERRUPTING + PROGRAM.format(examples=str(EXAMPLES))

    def run(first, last, moment="", count=0):
        numbers = map(str, (first, last))
        done = run_program(program, conf, hook.url, *numbers, moment, str(count))
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode

    return run


KILLED = -signal.SIGKILL


@pytest.mark.processes
@pytest.mark.parametrize(
    "moment, count, committed",
    [
        # While an edit is committed, and right after that.
        ("ZODB.FileStorage:FileStorage.tpc_vote", 5, 4),
        ("ZODB.FileStorage:FileStorage.tpc_finish", 5, 5),
        # When a message was posted, before this is stored, and while and after it is.
        ("activityhook.worker.post", 3, 8),
        ("activityhook.worker.mark_delivered", 3, 8),
        ("ZODB.FileStorage:FileStorage.tpc_vote", 12, 8),
        ("ZODB.FileStorage:FileStorage.tpc_finish", 12, 8),
    ],
)
def test_a_process_that_is_killed_loses_nothing(run, hook, moment, count, committed):
    assert run(0, 8, moment, count) == KILLED
    # Those that were not committed are edited again.
    assert run(committed, 12) == 0
    paths = hook.paths
    assert list(dict.fromkeys(paths)) == [f"new-{number}" for number in range(12)]
    # At most the message that was on its way was posted twice, one after the other.
    assert len(paths) <= 13
    assert paths == sorted(paths, key=lambda path: int(path.partition("-")[2]))
    assert len({message["id"] for message in hook.received}) == 12
    assert run(0, 0) == 0
    assert hook.paths == paths
