"""The services: list, subscribe, change and end. Each is for the current user's own digests."""

from collective.appendonly.digests.filters import NAMES
from collective.appendonly.digests.own import change
from collective.appendonly.digests.own import DigestsNotAvailable
from collective.appendonly.digests.own import find_own_digest
from collective.appendonly.digests.own import own_digest
from collective.appendonly.digests.own import subscribe_to
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed.places import content_uid
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.base import changing_body
from collective.appendonly.services.base import OwnService
from collective.appendonly.services.digests.representation import as_json
from collective.appendonly.services.digests.representation import listed
from collective.appendonly.services.digests.representation import service_url
from plone.protect.interfaces import IDisableCSRFProtection
from typing import Any
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides


class _DigestService(OwnService):
    """Base class. Invalid requests get a response with status 400, and no entry in the error log."""

    log_in = _("Log in to manage your digests.")

    digest_id: str | None = None

    def publishTraverse(self, request, name):
        if self.digest_id is not None or content_uid(self.context) != WHOLE_SITE:
            raise NotFound(self, name, request)
        self.digest_id = name
        return self

    def respond(self) -> dict[str, Any]:
        try:
            if not has_account():
                raise DigestsNotAvailable(_("Digests are not available to you here."))
            return self.answer()
        except InvalidFilter as error:
            return self.refuse(400, error_body(error, self.request))
        except DigestsNotAvailable as error:
            message = translate(error.message, context=self.request)
            return self.refuse(403, {"type": "Forbidden", "message": message})

    def answer(self) -> Any:
        """Return the response. The errors of :mod:`collective.appendonly.digests.own` may pass."""
        raise NotImplementedError

    @property
    def subscription(self) -> Subscription:
        """The subscription in the URL. Raises NotFound if the current user has no such one."""
        found = own_digest(self.digest_id)
        if found is None:
            raise NotFound(self.context, self.digest_id or "", self.request)
        return found

    def read_body(self, *names: str) -> dict[str, Any]:
        """Return the body of the request, in which only *names* are allowed."""
        body = changing_body(self.request)
        for name in body:
            if name not in names:
                raise InvalidFilter(name, _("Unknown name."))
        return body


class DigestsGet(_DigestService):
    """The digests of the current user: about the context, or all of them at the site."""

    def answer(self) -> dict[str, Any]:
        if self.digest_id is not None:
            return as_json(self.subscription)
        return listed(self.context)


class DigestsPost(_DigestService):
    """Subscribes the current user to the context, or changes the subscription."""

    def answer(self) -> dict[str, Any]:
        if self.digest_id is not None:
            raise NotFound(self.context, self.digest_id, self.request)
        body = self.read_body("frequency", "own_changes", "filters")
        filters = self._filters(body.get("filters"))
        is_new = find_own_digest(self.context, filters) is None
        own_changes = body.get("own_changes", False)
        found = subscribe_to(self.context, filters, body.get("frequency"), own_changes)
        if is_new:
            response = self.request.response
            response.setStatus(201)
            response.setHeader("Location", service_url(found))
        return as_json(found)

    def _filters(self, values: Any) -> Filters:
        values = {} if values is None else values
        if not isinstance(values, dict):
            raise InvalidFilter("filters", _("Send an object with filters."))
        for name in values:
            if name not in NAMES:
                raise InvalidFilter(name, _("Unknown name."))
        return read_parameters(values, Times(self.context, self.request).timezone)


class DigestsPatch(_DigestService):
    """Changes a subscription of the current user, or resumes it."""

    def answer(self) -> dict[str, Any]:
        found = self.subscription
        body = self.read_body("frequency", "own_changes", "paused")
        if body.get("paused", False) is not False:
            raise InvalidFilter("paused", _("Only false is allowed."))
        change(
            found,
            body.get("frequency", found.frequency),
            body.get("own_changes", found.own_changes),
        )
        return self.reply_no_content()


class DigestsDelete(_DigestService):
    """Ends a subscription of the current user."""

    def answer(self) -> dict[str, Any]:
        found = self.subscription
        alsoProvides(self.request, IDisableCSRFProtection)
        found.end()
        return self.reply_no_content()
