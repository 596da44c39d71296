"""A subscription to a digest as JSON."""

from collective.appendonly.digests.filters import NAMES
from collective.appendonly.digests.filters import to_values
from collective.appendonly.digests.filters import UnknownFilters
from collective.appendonly.digests.own import own_digests
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.entry import to_iso
from collective.appendonly.feed import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.places import content_uid
from collective.appendonly.feed.places import viewable_content
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.guard import text_of
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.conditions import condition_texts
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.wording import title_of
from plone import api
from typing import Any
from zope.globalrequest import getRequest


def service_url(subscription: Subscription) -> str:
    """Return the URL at which its member can change or end *subscription*."""
    site_url = api.portal.get().absolute_url()
    return f"{site_url}/@activity-digests/{subscription.id}"


def listed(context) -> dict[str, Any]:
    """Return the digests of the current user: about *context*, or all of them at the site."""
    uid = content_uid(context)
    return {
        "@id": f"{context.absolute_url()}/@activity-digests",
        "items": [
            as_json(each) for each in own_digests() if uid in (WHOLE_SITE, each.uid)
        ],
    }


def as_json(subscription: Subscription) -> dict[str, Any]:
    """Return what its member can know of *subscription*.

    ``content`` is null if the member cannot view the content, ``filters`` if a later version of
    the add-on has stored them. ``conditions`` are the labels of the filters.
    """
    sent, filters = subscription.sent, _known_filters(subscription)
    return {
        "@id": service_url(subscription),
        "content": _content(subscription),
        "frequency": subscription.frequency,
        "own_changes": subscription.own_changes,
        "filters": None if filters is None else _values(filters),
        "conditions": [] if filters is None else _conditions(filters),
        "sent": sent and to_iso(sent),
        "paused": subscription.is_paused,
        "refusal": _refusal(subscription),
    }


def _content(subscription):
    content = viewable_content(subscription.uid)
    if content is None:
        return None
    return {
        "@id": content.absolute_url(),
        "@type": text_of(getattr(content, "portal_type", "")),
        "title": title_of(content),
    }


def _known_filters(subscription) -> Filters | None:
    try:
        return subscription.filters
    except UnknownFilters:
        return None


def _values(filters):
    values = to_values(filters) or {}
    return {name: values[name] for name in NAMES if name in values}


def _conditions(filters):
    if filters == NO_FILTERS:
        return []
    request = getRequest()
    times = Times(api.portal.get(), request)
    return condition_texts(filters, Translator(request), times, Actors(request))


def _refusal(subscription):
    refusal = subscription.refusal
    return refusal and {**refusal._asdict(), "time": to_iso(refusal.time)}
