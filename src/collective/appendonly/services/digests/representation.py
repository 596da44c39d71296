"""A subscription to a digest as JSON."""

from collective.appendonly.digests.filters import NAMES
from collective.appendonly.digests.filters import to_values
from collective.appendonly.digests.filters import UnknownFilters
from collective.appendonly.digests.own import viewable_content
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.entry import to_iso
from collective.appendonly.guard import text_of
from collective.appendonly.presentation.wording import title_of
from plone import api
from typing import Any


def service_url(subscription: Subscription) -> str:
    """Return the URL at which its member can change or end *subscription*."""
    site_url = api.portal.get().absolute_url()
    return f"{site_url}/@activity-digests/{subscription.id}"


def as_json(subscription: Subscription) -> dict[str, Any]:
    """Return what its member can know of *subscription*.

    ``content`` is null if the member cannot view the content, ``filters`` if a later version of
    the add-on has stored them.
    """
    sent = subscription.sent
    return {
        "@id": service_url(subscription),
        "content": _content(subscription),
        "frequency": subscription.frequency,
        "own_changes": subscription.own_changes,
        "filters": _filters(subscription),
        "sent": sent and to_iso(sent),
        "paused": subscription.is_paused,
        "refusal": _refusal(subscription),
    }


def _content(subscription):
    content = viewable_content(subscription)
    if content is None:
        return None
    return {
        "@id": content.absolute_url(),
        "@type": text_of(getattr(content, "portal_type", "")),
        "title": title_of(content),
    }


def _filters(subscription):
    try:
        values = to_values(subscription.filters) or {}
    except UnknownFilters:
        return None
    return {name: values[name] for name in NAMES if name in values}


def _refusal(subscription):
    refusal = subscription.refusal
    return refusal and {**refusal._asdict(), "time": to_iso(refusal.time)}
