"""How the load test classifies responses, and requests without a response."""

from benchmarks.load.doors import Doors
from contextlib import ExitStack
from engines.files import short_folder
from engines.ledger import DONE
from engines.ledger import IN_DOUBT
from engines.ledger import REFUSED
from engines.zope import Zope
from socketserver import StreamRequestHandler
from socketserver import UnixStreamServer
from threading import Thread

import pytest


LOGIN = "anna", "secret"


def answering(status, body=b"{}", promised=None):
    """Return a handler with this response; *promised* is its Content-Length."""
    length = len(body) if promised is None else promised
    answer = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, length, body)
    return lambda asked: answer


def dying(asked):
    return b""


class Server(UnixStreamServer):
    """A stand-in for a Zope that responds, or does not."""

    def __init__(self, path, answer):
        self.asked = []
        asked = self.asked

        class Handler(StreamRequestHandler):
            def handle(self):
                asked.append(self.rfile.readline())
                while self.rfile.readline().strip():
                    pass
                self.wfile.write(answer(asked))

        super().__init__(str(path), Handler)


@pytest.fixture
def open_doors():
    """Return clients of stand-ins with these responses; for None, nothing listens."""
    with ExitStack() as stack:

        def open_doors(*answers):
            zopes, servers = [], []
            for answer in answers:
                zope = Zope.__new__(Zope)  # without a storage
                zope.folder = stack.enter_context(short_folder())
                zopes.append(zope)
                if answer is not None:
                    server = Server(zope.folder / "socket", answer)
                    stack.callback(server.server_close)
                    Thread(
                        target=server.serve_forever, args=[0.01], daemon=True
                    ).start()
                    stack.callback(server.shutdown)
                    servers.append(server)
            return Doors(zopes), servers

        yield open_doors


def edit(doors, door=0):
    return doors.ask(door, "PATCH", "site/page", LOGIN)


@pytest.mark.parametrize("status", [b"200 OK", b"201 Created", b"204 No Content"])
def test_an_edit_with_status_2xx_is_done(open_doors, status):
    doors, _ = open_doors(answering(status))
    assert edit(doors).outcome == DONE


@pytest.mark.parametrize("status", [b"409 No", b"500 No", b"503 No", b"302 No"])
def test_an_edit_with_another_status_is_refused(open_doors, status):
    doors, _ = open_doors(answering(status))
    reply = edit(doors)
    assert (reply.outcome, reply.status) == (REFUSED, int(status[:3]))


@pytest.mark.parametrize("answer", [dying, answering(b"200 OK", b"{", promised=2)])
def test_without_a_whole_response_the_edit_is_in_doubt_and_not_repeated(
    open_doors, answer
):
    doors, (own, other) = open_doors(answer, answering(b"200 OK"))
    reply = edit(doors)
    assert (reply.outcome, reply.status) == (IN_DOUBT, None)
    assert (own.asked, other.asked) == ([b"PATCH /site/page HTTP/1.1\r\n"], [])


def test_a_request_goes_to_the_other_zope_if_the_own_one_is_down(open_doors):
    doors, (other,) = open_doors(None, answering(b"204 No Content"))
    assert edit(doors).outcome == DONE
    assert len(other.asked) == 1


def test_a_request_goes_to_the_own_zope_if_it_is_up(open_doors):
    doors, servers = open_doors(answering(b"200 OK"), answering(b"200 OK"))
    edit(doors, door=1)
    assert [len(server.asked) for server in servers] == [0, 1]


def test_edits_in_progress_are_noticed_and_reads_are_not(open_doors):
    noticed = []

    def answer_when_noticed(asked):
        doors.wait_for_edit(0)
        noticed.append(asked[-1])
        return answering(b"200 OK")(asked)

    doors, _ = open_doors(answer_when_noticed, answering(b"200 OK"))
    doors.ask(1, "GET", "site", LOGIN)
    assert doors.edits_under_way == [0, 0]
    edit(doors)
    assert noticed == [b"PATCH /site/page HTTP/1.1\r\n"]
    assert doors.edits_under_way == [0, 0]
