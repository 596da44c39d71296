"""``@@activity-addresses``: where members create and revoke their personal address."""

from AccessControl import Unauthorized
from collective.appendonly.feed import may_read
from collective.appendonly.feed_keys import key_created
from collective.appendonly.feed_keys import new_key
from collective.appendonly.feed_keys import revoke_key
from collective.appendonly.people import has_account
from collective.appendonly.presentation.times import Times
from collective.appendonly.syndication.redaction import PARAMETER
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class FeedAddresses(BrowserView):
    """Shows whether there is an address, and a new one once: in the answer to its creation."""

    index = ViewPageTemplateFile("addresses.pt")

    key: str | None = None
    is_revoked = False

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise Unauthorized("Log in to have an address of your own.")
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self._do()
        self.request.response.setHeader("Cache-Control", "private, no-store")
        self.request.response.setHeader("Referrer-Policy", "no-referrer")
        return self.index()

    def _do(self):
        # The ids of others may be like those of people on this site.
        if not has_account():
            return
        if "revoke" in self.request.form:
            revoke_key(self._user_id)
            self.is_revoked = True
        elif "create" in self.request.form and self.may_create:
            self.key = new_key(self._user_id)

    @property
    def _user_id(self):
        return api.user.get_current().getId()

    @property
    def may_create(self) -> bool:
        """Whether this person could read anything at an address of theirs."""
        return has_account() and may_read(self.context)

    @property
    def addresses(self) -> list[dict[str, str]]:
        """The new addresses."""
        url = f"{self.context.absolute_url()}/@@activity-personal"
        return [
            {"format": name, "url": f"{url}.{name.lower()}?{PARAMETER}={self.key}"}
            for name in ("Atom", "RSS")
        ]

    @property
    def created(self) -> str | None:
        """When the address that there is was created, to be read by people."""
        created = has_account() and key_created(self._user_id)
        return Times(self.context, self.request).moment(created) if created else None
