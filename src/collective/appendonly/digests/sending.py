"""Sending what is due: each digest in a transaction of its own, together with the note that it was."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.digests.drafts import Draft
from collective.appendonly.digests.drafts import draft
from collective.appendonly.digests.drafts import State
from collective.appendonly.digests.headers import sender
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import discard
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import Key
from collective.appendonly.recording.clock import utc_now
from collective.appendonly.settings import activity_settings
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from plone import api
from zope.component.hooks import site as in_site

import logging
import transaction


logger = logging.getLogger(__name__)


@dataclass
class Report:
    """What became of the digests that were due."""

    #: How many mails were sent.
    sent: int = 0
    #: How many members have nothing to be told.
    nothing_new: int = 0
    #: How many wait: the member has no mail address, or may not read that now.
    skipped: int = 0
    #: How many could not be sent. They are due again the next time.
    failed: int = 0


_COUNTED = {
    State.TELL: "sent",
    State.NOTHING_NEW: "nothing_new",
    State.WAITS: "skipped",
}


def send_due(
    site,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
    url: str | None = None,
) -> Report:
    """Send the digests of *site* that are due at the time *now*, an aware datetime.

    Commits once for each of them, and first of all whatever the transaction holds already. A
    mail leaves with the commit that notes it as sent, so when this is interrupted, or two of
    them run at once, nobody is told anything twice. What fails is logged, and tried again the
    next time. *progress* is called with the number of subscriptions done, and of all.

    With *url*, the public address of the site, links lead there; else to where each member
    subscribed.
    """
    now = now or utc_now()
    report = Report()
    with in_site(site):
        keys = commit_attempts(_keys)
        if keys and sender() is None:
            logger.error(
                "No digest of %s can be sent: the mail settings of the site have no address of"
                " the sender.",
                "/".join(site.getPhysicalPath()),
            )
            return Report(failed=sum(1 for key in keys if _is_due(key, now)))
        for done, key in enumerate(keys):
            if progress is not None:
                progress(done, len(keys))
            outcome = _try(site, key, now, url)
            if outcome is not None:
                setattr(report, outcome, getattr(report, outcome) + 1)
            site._p_jar.cacheGC()
        if progress is not None and keys:
            progress(len(keys), len(keys))
    return report


def preview(
    site, now: datetime | None = None, url: str | None = None
) -> Iterator[Draft]:
    """Yield what :func:`send_due` would do about each digest that is due. Writes nothing."""
    now = now or utc_now()
    with in_site(site):
        for key in _keys():
            if _is_due(key, now):
                yield draft(site, find(key), now, url)


def _keys() -> list[Key]:
    return all_keys() if activity_settings().digests else []


def _is_due(key, now):
    subscription = find(key)
    return subscription is not None and subscription.is_due(now)


def _try(site, key, now, url) -> str | None:
    """Return what to count it as, None for what is not due."""
    try:
        return commit_attempts(partial(_send, site, key, now, url))
    except Exception:
        transaction.abort()
        logger.exception(
            "The digest for %r of %s could not be sent. It is due again the next time.",
            key[0],
            key[1] or "the whole site",
        )
        return "failed"
    except BaseException:
        transaction.abort()
        raise


def _send(site, key, now, url):
    subscription = find(key)
    if subscription is None:
        discard(key)
        return None
    if not subscription.is_due(now):
        return None
    found = draft(site, subscription, now, url)
    if found.state is State.OVER:
        discard(key)
    elif found.state is not State.WAITS:
        subscription.handled(found.place, now)
    if found.state is State.TELL:
        subscription.told(found.key, now)
        # It joins the transaction, and leaves when that is committed.
        host = api.portal.get_tool("MailHost")
        host.send(found.mail, mto=found.address, mfrom=sender())
    return _COUNTED.get(found.state)
