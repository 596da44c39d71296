"""``@@activity-unsubscribe``: where the address in a mail leads that ends the digest.

Programs that scan mail follow its links, so opening the address changes nothing. A button does, and
so does a mail program that ends subscriptions by itself (RFC 8058).
"""

from collective.appendonly.digests.subscriptions import find_claimed
from collective.appendonly.feed_keys import claim_of
from plone.protect.auto import safeWrite
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


#: What a mail program sends, and the button of the page.
FIELD = "List-Unsubscribe"
VALUE = "One-Click"


class Unsubscribe(BrowserView):
    """Ends the digest whose key is in the address, whoever asks and without logging in.

    The answer is the same for every key, so that it tells nothing about anybody.
    """

    index = ViewPageTemplateFile("digest_unsubscribe.pt")

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
        claim = claim_of(self.request)
        subscription = None if claim is None else find_claimed(claim)
        if subscription is not None:
            # No mail program can have a token of plone.protect. The key is what entitles it, to
            # the change of this one record.
            safeWrite(subscription.record, self.request)
            subscription.end()
