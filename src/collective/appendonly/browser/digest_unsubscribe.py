"""``@@activity-unsubscribe``: the page behind the unsubscribe URL of an email.

Programs that scan emails follow links, so opening the URL changes nothing. The button on the page
ends the subscription, and so does an email program with one-click unsubscribe (RFC 8058).
"""

from collective.appendonly.digests.subscriptions import find_by_credentials
from collective.appendonly.feed.keys import credentials_of
from collective.appendonly.i18n import _
from plone.protect.auto import safeWrite
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


#: The form field that email programs and the button of the page send.
FIELD = "List-Unsubscribe"
VALUE = "One-Click"


class Unsubscribe(BrowserView):
    """Ends the subscription whose key is in the URL. No login is needed.

    The response is the same for every key, so it reveals nothing about any user.
    """

    index = ViewPageTemplateFile("digest_unsubscribe.pt")
    heading = _("Email digest")

    field = FIELD
    value = VALUE
    is_done = False

    def __call__(self) -> str:
        if self.request.method == "POST" and self.request.form.get(FIELD) == VALUE:
            self._end()
            self.is_done = True
        response = self.request.response
        response.setHeader("Cache-Control", "private, no-store")
        response.setHeader("Referrer-Policy", "no-referrer")
        response.setHeader("X-Robots-Tag", "noindex")
        return self.index()

    def _end(self):
        credentials = credentials_of(self.request)
        subscription = credentials and find_by_credentials(credentials)
        if subscription is not None:
            # No email program has a plone.protect token. The key authorizes the change of this
            # record, and of nothing else.
            safeWrite(subscription.record, self.request)
            subscription.end()
