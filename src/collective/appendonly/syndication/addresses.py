"""``@@activity-addresses``: the page on which users create and revoke their personal feed URL."""

from collective.appendonly.feed import may_read
from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import new_key
from collective.appendonly.feed.keys import personal_urls
from collective.appendonly.feed.keys import revoke_key
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from collective.appendonly.permissions import unauthorized
from collective.appendonly.presentation.times import Times
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class FeedAddresses(BrowserView):
    """The page. It shows a new URL only once, in the response to the request that creates it."""

    index = ViewPageTemplateFile("addresses.pt")
    heading = _("Your feed URL")

    key: str | None = None
    is_revoked = False

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise unauthorized(_("Log in to create a personal feed URL."))
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self._do()
        self.request.response.setHeader("Cache-Control", "private, no-store")
        self.request.response.setHeader("Referrer-Policy", "no-referrer")
        return self.index()

    def _do(self):
        # A user of the Zope root may have the same id as a user of this site.
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
        """Whether the user could read anything at a personal feed URL."""
        return has_account() and may_read(self.context)

    @property
    def urls(self) -> list[dict[str, str]]:
        """The new URLs."""
        return [
            {"format": name, "url": url}
            for name, url in personal_urls(self.key).items()
        ]

    @property
    def created(self) -> str | None:
        """When the current URL was created, as text."""
        created = has_account() and key_created(self._user_id)
        return Times(self.context, self.request).moment(created) if created else None
