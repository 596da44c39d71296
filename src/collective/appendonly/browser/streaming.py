"""Streamed responses: read from the database while the server sends them."""

from AccessControl import getSecurityManager
from AccessControl import Unauthorized
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from AccessControl.users import nobody
from Acquisition import aq_inner
from Acquisition import aq_parent
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from plone import api
from zope.component.hooks import getSite
from zope.component.hooks import setSite
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest
from zope.interface import implementer
from ZPublisher.BaseRequest import RequestContainer
from ZPublisher.Iterators import IUnboundStreamIterator

import transaction


# Set by traversal; URLs and translations depend on it.
_FROM_TRAVERSAL = ("SERVER_URL", "VirtualRootPhysicalPath", "LANGUAGE", "LANGUAGE_TOOL")


@implementer(IUnboundStreamIterator)
class Stream:
    """A response with the texts that *produce* yields for an object and a request.

    When the server reads the response, Zope has closed the request and its database connection.
    The stream therefore opens its own connection, with the state of the database at that moment,
    and calls *produce* with *context* and a copy of the request from there. *produce* runs in the
    site, as the user of the request. The cache is reduced after each text, so the response can
    have any length. An error breaks the response off, which the client notices.
    """

    def __init__(self, context, request, produce: Callable[..., Iterator[str]]):
        self._produce = produce
        self._db = context.getPhysicalRoot()._p_jar.db()
        self._path = context.getPhysicalPath()
        self._site_path = api.portal.get().getPhysicalPath()
        user = getSecurityManager().getUser()
        folder = aq_parent(aq_inner(user)) or api.portal.get_tool("acl_users")
        self._user = user.getId(), folder.getPhysicalPath()
        self._request = request.clone()
        self._request.other.update(
            {
                name: request.other[name]
                for name in _FROM_TRAVERSAL
                if name in request.other
            }
        )
        self._request._script = list(request._script)
        self._texts = self._in_connection()

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        return next(self._texts)

    def close(self) -> None:
        """End the response. The server always calls it."""
        self._texts.close()

    def _in_connection(self):
        manager = transaction.TransactionManager()
        connection = self._db.open(manager)
        try:
            container = RequestContainer(REQUEST=self._request)
            app = connection.root()["Application"].__of__(container)
            with self._as_reader(app):
                context = app.unrestrictedTraverse(self._path)
                texts = self._produce(context, self._request)
            while True:
                with self._as_reader(app):
                    text = next(texts, None)
                    connection.cacheGC()
                if text is None:
                    break
                yield text.encode("utf-8", "replace")
        finally:
            manager.abort()
            connection.close()

    @contextmanager
    def _as_reader(self, app):
        # Between two texts the thread may work on something else.
        before = getRequest(), getSite(), getSecurityManager()
        try:
            setRequest(self._request)
            setSite(app.unrestrictedTraverse(self._site_path))
            newSecurityManager(self._request, self._reader(app))
            yield
        finally:
            request, site, security = before
            setRequest(request)
            setSite(site)
            setSecurityManager(security)

    def _reader(self, app):
        user_id, folder_path = self._user
        folder = app.unrestrictedTraverse(folder_path)
        user = nobody if user_id is None else folder.getUserById(user_id)
        if user is None:
            raise Unauthorized("Your account no longer exists.")
        return user.__of__(folder)
