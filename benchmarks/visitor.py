"""A member at their browser: asks Zope for pages, in this process, and counts what is loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from plone import api
from time import process_time
from typing import NamedTuple
from urllib.parse import quote
from ZODB.DB import DB
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from ZPublisher.WSGIPublisher import publish_module


class Answer(NamedTuple):
    """A page, the seconds of processor time it took, and the records loaded for it."""

    body: str
    seconds: float
    records: int


class Loads:
    """Counts the records that the connections of a database load until they are closed."""

    def __init__(self, db: DB):
        self._records = 0
        db.setActivityMonitor(self)

    def closedConnection(self, connection) -> None:
        self._records += connection.getTransferCounts(clear=True)[0]

    def take(self) -> int:
        """Return the number since the last call."""
        records, self._records = self._records, 0
        return records


class Visitor:
    """The member *user_id* of *site*, logged in as by Plone's own form."""

    def __init__(self, site, user_id: str, loads: Loads):
        self.user_id = user_id
        self._path = "/".join(site.getPhysicalPath())
        self._loads = loads
        request, response = site.REQUEST, site.REQUEST.response
        with as_member(site, user_id):
            site.acl_users.session.updateCredentials(request, response, user_id, "")
        self._cookie = quote(response.cookies["__ac"]["value"])

    def get(self, path: str = "", query: str = "") -> Answer:
        """Ask for a page of the site. Raises AssertionError if it isn't answered with 200."""
        environ = {
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8080",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "",
            "PATH_INFO": f"{self._path}/{path}",
            "QUERY_STRING": query,
            "HTTP_COOKIE": f"__ac={self._cookie}",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http",
        }
        statuses = []
        self._loads.take()
        begin = process_time()
        chunks = publish_module(
            environ, lambda status, headers: statuses.append(status)
        )
        body = b"".join(chunks)
        seconds = process_time() - begin
        if statuses != ["200 OK"]:
            raise AssertionError(f"{path}?{query}: {statuses} {body[:500]}")
        return Answer(body.decode(), seconds, self._loads.take())


@contextmanager
def as_member(site, user_id: str) -> Iterator[None]:
    """Run code as this member, in the site."""
    setSite(site)
    setRequest(site.REQUEST)
    with api.env.adopt_user(username=user_id):
        yield
