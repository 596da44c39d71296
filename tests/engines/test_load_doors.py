"""What the load test takes an answer for, and one that does not come."""

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
    """A handler that answers every request with this; *promised* is the length it tells."""
    length = len(body) if promised is None else promised
    answer = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, length, body)
    return lambda asked: answer


def dying(asked):
    return b""


class Server(UnixStreamServer):
    """Stands for a Zope that was asked and answers, or doesn't."""

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
    """A function that opens doors with these answers behind them; None: nothing listens."""
    with ExitStack() as stack:

        def open_doors(*answers):
            zopes, servers = [], []
            for answer in answers:
                zope = Zope.__new__(Zope)  # which has no engine
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
def test_success_is_done(open_doors, status):
    doors, _ = open_doors(answering(status))
    assert edit(doors).outcome == DONE


@pytest.mark.parametrize("status", [b"409 No", b"500 No", b"503 No", b"302 No"])
def test_anything_else_is_refused(open_doors, status):
    doors, _ = open_doors(answering(status))
    reply = edit(doors)
    assert (reply.outcome, reply.status) == (REFUSED, int(status[:3]))


@pytest.mark.parametrize("answer", [dying, answering(b"200 OK", b"{", promised=2)])
def test_without_a_whole_answer_it_is_in_doubt_and_not_asked_again(open_doors, answer):
    doors, (own, other) = open_doors(answer, answering(b"200 OK"))
    reply = edit(doors)
    assert (reply.outcome, reply.status) == (IN_DOUBT, None)
    assert (own.asked, other.asked) == ([b"PATCH /site/page HTTP/1.1\r\n"], [])


def test_while_the_own_door_is_shut_the_other_one_does(open_doors):
    doors, (other,) = open_doors(None, answering(b"204 No Content"))
    assert edit(doors).outcome == DONE
    assert len(other.asked) == 1


def test_an_open_door_of_ones_own_is_taken(open_doors):
    doors, servers = open_doors(answering(b"200 OK"), answering(b"200 OK"))
    edit(doors, door=1)
    assert [len(server.asked) for server in servers] == [0, 1]


def test_an_edit_under_way_is_noticed_and_a_reader_is_not(open_doors):
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
