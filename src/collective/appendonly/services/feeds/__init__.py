"""``@activity-feeds``: the personal feed URL of the current user.

``GET`` returns whether there is one, ``POST`` creates one in its place, ``DELETE`` revokes it.
"""

from collective.appendonly.entry import to_iso
from collective.appendonly.feed import may_read
from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import new_key
from collective.appendonly.feed.keys import personal_urls
from collective.appendonly.feed.keys import revoke_key
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from collective.appendonly.services.base import changing_body
from collective.appendonly.services.base import OwnService
from plone import api
from plone.protect.interfaces import IDisableCSRFProtection
from typing import Any
from zope.i18n import translate
from zope.interface import alsoProvides


def personal_feed(key: str | None = None) -> dict[str, Any]:
    """Return what the current user can know of their feed URL; with its new *key*, the URL."""
    # A user of the Zope root may have the same id as a user of this site.
    created = has_account() and key_created(_user_id())
    urls = personal_urls(key) if key else {}
    return {
        "@id": f"{api.portal.get().absolute_url()}/@activity-feeds",
        "address": {
            "created": to_iso(created),
            "atom": urls.get("Atom"),
            "rss": urls.get("RSS"),
        }
        if created
        else None,
    }


def _user_id():
    return api.user.get_current().getId()


class _FeedsService(OwnService):
    """Base class."""

    log_in = _("Log in to create a personal feed URL.")


class FeedsGet(_FeedsService):
    """When the URL was created. The URL itself is not stored."""

    def respond(self) -> dict[str, Any]:
        return personal_feed()


class FeedsPost(_FeedsService):
    """Creates a URL, which is in this response only. The former one stops working."""

    def respond(self) -> dict[str, Any]:
        if not (has_account() and may_read(self.context)):
            message = _(
                "You cannot create a feed URL: there is no activity on this site that"
                " you can view, or your account does not belong to this site."
            )
            text = translate(message, context=self.request)
            return self.refuse(403, {"type": "Forbidden", "message": text})
        changing_body(self.request)
        self.request.response.setStatus(201)
        return personal_feed(new_key(_user_id()))


class FeedsDelete(_FeedsService):
    """Revokes the URL, if there is one."""

    def respond(self) -> Any:
        if has_account():
            alsoProvides(self.request, IDisableCSRFProtection)
            revoke_key(_user_id())
        return self.reply_no_content()
