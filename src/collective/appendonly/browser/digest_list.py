"""The list of subscriptions to digests on *My activity*, with buttons to end and resume each."""

from collective.appendonly.browser.digest_form import DigestAction
from collective.appendonly.browser.digest_form import refusal_text
from collective.appendonly.browser.digest_form import TITLES
from collective.appendonly.digests.filters import UnknownFilters
from collective.appendonly.digests.own import own_digest
from collective.appendonly.digests.own import own_digests
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import Filters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.presentation.conditions import condition_texts
from collective.appendonly.presentation.places import listed_place
from collective.appendonly.settings import activity_settings
from typing import NamedTuple
from urllib.parse import urlencode
from zope.i18nmessageid import Message


class OwnDigest(NamedTuple):
    """A subscription of the current user; ``url`` is None if they cannot view the content."""

    id: str
    title: Message | str
    url: str | None
    frequency: Message
    conditions: list[str]
    leaves_out_own: bool
    sent: str | None
    refusal: Message | None
    is_paused: bool


def listed_digests(view) -> list[OwnDigest]:
    """Return the subscriptions of the current user, for *view*, a page of the site."""
    if not activity_settings().digests:
        return []
    return [_listed(view, subscription) for subscription in own_digests()]


def _listed(view, subscription):
    filters = _known_filters(subscription)
    query = urlencode(to_parameters(filters, view.times.timezone))
    place = listed_place(subscription.uid, query)
    return OwnDigest(
        subscription.id,
        place.title,
        place.url,
        TITLES[subscription.frequency],
        condition_texts(filters, view.translate, view.times, view.actors),
        not subscription.own_changes and filters.actor != subscription.user_id,
        subscription.sent and view.times.moment(subscription.sent),
        refusal_text(subscription),
        subscription.is_paused,
    )


def _known_filters(subscription: Subscription) -> Filters:
    try:
        return subscription.filters
    except UnknownFilters:
        # It can still be ended.
        return NO_FILTERS


class OwnDigests(DigestAction):
    """``@@activity-digests``: ends or resumes one of the listed subscriptions."""

    page = "@@my-activity"

    def change(self) -> tuple[Message, str]:
        subscription = own_digest(self.request.form.get("digest"))
        if "resume" in self.request.form:
            return self.resume(subscription)
        return self.end(subscription)
