"""The requests that the server of the tests is working on."""

from plone.testing.zope import WSGI_SERVER_FIXTURE
from threading import Condition


#: Longer than any request takes, in seconds.
DEADLINE = 60


class RunningRequests:
    """The application of a server, which knows how many requests it is working on."""

    def __init__(self, application):
        self._application = application
        self._count = 0
        self._changed = Condition()

    def __call__(self, environ, start_response):
        self._add(1)
        try:
            return self._application(environ, start_response)
        finally:
            self._add(-1)

    def _add(self, number):
        with self._changed:
            self._count += number
            self._changed.notify_all()

    def wait(self):
        """Wait until there are none."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._count, DEADLINE)


def count_requests():
    """Count the requests of the server, from now on."""
    server = WSGI_SERVER_FIXTURE.server
    server.test_app = RunningRequests(server.test_app)


def finish_requests():
    """Let the server finish its requests, so that the database of a test can be closed.

    A browser that is closed does not stop them. A thread whose connection is closed by another one
    keeps it, and fails in all later requests.
    """
    WSGI_SERVER_FIXTURE.server.test_app.wait()
