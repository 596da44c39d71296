"""Sending the digests that are due, each in a transaction that also records it as sent."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.clock import utc_now
from collective.appendonly.digests.delivery import deliver
from collective.appendonly.digests.delivery import EmailRefused
from collective.appendonly.digests.headers import sender
from collective.appendonly.digests.preparing import DigestState
from collective.appendonly.digests.preparing import prepare
from collective.appendonly.digests.preparing import PreparedDigest
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import discard
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import Key
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import commit_attempts
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zope.component.hooks import site as in_site

import logging
import transaction


logger = logging.getLogger(__name__)


@dataclass
class DigestReport:
    """The numbers of digests that were due, by outcome."""

    #: Emails sent.
    sent: int = 0
    #: Subscriptions without new activity.
    nothing_new: int = 0
    #: Subscriptions whose member has no valid email address, or cannot view the activity now.
    skipped: int = 0
    #: Digests that could not be sent. They stay due.
    failed: int = 0
    #: Emails that the mail server refused. They are sent again.
    refused: int = 0
    #: Subscriptions that are paused because the mail server refused several emails.
    paused: int = 0


_OUTCOMES = {
    DigestState.READY: "sent",
    DigestState.NOTHING_NEW: "nothing_new",
    DigestState.RESTARTED: "nothing_new",
    DigestState.WAITING: "skipped",
    DigestState.PAUSED: "paused",
}


def send_due(
    site,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
    url: str | None = None,
) -> DigestReport:
    """Send the digests of *site* that are due at the time *now*, an aware datetime.

    First commits the current transaction, then once for each digest. The commit that records a
    digest as sent also sends the email, so no member receives a digest twice, even if the run is
    interrupted or two of them run at the same time. Failures are logged and retried by the next
    run. So are emails that the mail server refuses for now; those that it refuses permanently on
    the next day, until the subscription is paused. *progress* is called with the number of finished
    subscriptions and the total.

    *url* is the public URL of the site, for the links. The default is the URL at which each
    member subscribed.
    """
    now = now or utc_now()
    report = DigestReport()
    with in_site(site):
        transaction.commit()
        keys = _keys()
        if keys and sender() is None:
            logger.error(
                "Cannot send the digests of %s: the mail settings of the site have no valid"
                " sender address.",
                "/".join(site.getPhysicalPath()),
            )
            return DigestReport(failed=sum(1 for key in keys if _is_due(key, now)))
        for done, key in enumerate(keys):
            if progress is not None:
                progress(done, len(keys))
            outcome = _send_and_commit(site, key, now, url)
            if outcome is not None:
                setattr(report, outcome, getattr(report, outcome) + 1)
            site._p_jar.cacheGC()
        if progress is not None and keys:
            progress(len(keys), len(keys))
    return report


def preview(
    site, now: datetime | None = None, url: str | None = None
) -> Iterator[PreparedDigest]:
    """Yield the digests that :func:`send_due` would handle. Writes nothing."""
    now = now or utc_now()
    with in_site(site):
        for key in _keys():
            digest = _previewed(site, key, now, url)
            if digest is not None:
                yield digest
            # The transaction, at whose end the database would do this, goes on.
            site._p_jar.cacheGC()


def _previewed(site, key, now, url):
    try:
        return prepare(site, find(key), now, url) if _is_due(key, now) else None
    except Exception:
        logger.exception("Could not write the digest for %r of %s.", *_named(key))
        return PreparedDigest(DigestState.FAILED, key[0])


def _keys() -> list[Key]:
    return all_keys() if activity_settings().digests else []


def _is_due(key, now):
    subscription = find(key)
    return subscription is not None and subscription.is_due(now)


def _send_and_commit(site, key, now, url) -> str | None:
    """Return the field of the report to count in, None if the digest is not due."""
    try:
        return _sent_or_refused(site, key, now, url)
    except Exception:
        transaction.abort()
        logger.exception(
            "Could not send the digest for %r of %s. The next run will retry it.",
            *_named(key),
        )
        return "failed"
    except BaseException:
        transaction.abort()
        raise


def _named(key) -> tuple[str, str]:
    return key[0], key[1] or "the whole site"


def _sent_or_refused(site, key, now, url):
    try:
        return commit_attempts(partial(_send, site, key, now, url))
    except EmailRefused as refusal:
        refused = refusal
    logger.warning(
        "The mail server refused the digest for %r of %s: %s", *_named(key), refused
    )
    return commit_attempts(partial(_count_refusal, key, refused, now))


def _count_refusal(key, refused, now):
    subscription = find(key)
    # It may have ended meanwhile, or another run may have counted this.
    if subscription is None or not subscription.is_due(now):
        return None
    subscription.mark_refused(refused.recipient, refused.code, now)
    return "paused" if subscription.is_paused else "refused"


def _send(site, key, now, url):
    subscription = find(key)
    if subscription is None:
        discard(key)
        return None
    if not subscription.is_due(now):
        return None
    digest = prepare(site, subscription, now, url)
    if digest.state is DigestState.CONTENT_GONE:
        discard(key)
    elif digest.state is DigestState.NOTHING_NEW:
        subscription.mark_nothing_new(digest.cursor, now)
    elif digest.state is DigestState.RESTARTED:
        subscription.mark_handled(digest.cursor, now)
    elif digest.state is DigestState.READY:
        subscription.mark_handled(digest.cursor, now)
        subscription.mark_sent(digest.key, now)
        deliver(digest.email, sender(), digest.email_address)
    return _OUTCOMES.get(digest.state)
