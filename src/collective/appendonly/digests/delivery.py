"""Handing an email to the mail server in the commit that records it as sent.

MailHost on its own sends after the database has agreed to commit, when a refusal can only be
logged. Here the server is asked in between: it is the last one to agree.
"""

from collections.abc import Iterator
from collective.appendonly.digests.headers import one_line
from email.message import EmailMessage
from functools import partial
from plone import api
from smtplib import SMTP
from smtplib import SMTPDataError
from smtplib import SMTPRecipientsRefused
from traceback import walk_tb
from zope.sendmail.delivery import MailDataManager

import logging
import transaction


logger = logging.getLogger(__name__)


class EmailRefused(Exception):
    """The mail server refused an email to ``recipient`` with the SMTP code ``code``."""

    def __init__(self, recipient: str, code: int, reply: bytes | str):
        super().__init__(f"{code} {one_line(reply)}")
        self.recipient = recipient
        self.code = code


def deliver(email: EmailMessage, sender: str, recipient: str) -> None:
    """Send *email* from *sender* to *recipient* when the current transaction is committed.

    The commit raises :class:`EmailRefused` if the mail server refuses the recipient or the email,
    and the errors of MailHost if it cannot be sent for other reasons. Then nothing is committed.

    With the mail queue of MailHost, the commit stores the email in the queue. What the server
    replies later is not known here.
    """
    host = api.portal.get_tool("MailHost")
    send = partial(host.send, email, mto=recipient, mfrom=sender)
    # Other classes of MailHost have no queue that this package knows.
    if getattr(host, "smtp_queue", False):
        send()
    else:
        ask = partial(_send, partial(send, immediate=True), recipient)
        transaction.get().join(_LastVote(_nothing, vote=ask))


class _LastVote(MailDataManager):
    """Votes after all databases. What was sent by then cannot be taken back."""

    def sortKey(self) -> str:
        # Data managers are sorted by this text. That of zope.sqlalchemy begins with one tilde.
        return f"~~{super().sortKey()}"


def _nothing() -> None:
    """Do nothing in the second phase of the commit: the email has been sent."""


def _send(send, recipient):
    try:
        send()
    except Exception as error:
        cause = _cause(error)
        if cause is None:
            logger.info("The mail server closed the connection early: %s", error)
        elif isinstance(cause, SMTPRecipientsRefused):
            [(code, reply)] = cause.recipients.values()
            raise EmailRefused(recipient, code, reply) from None
        elif isinstance(cause, SMTPDataError):
            raise EmailRefused(recipient, cause.smtp_code, cause.smtp_error) from None
        else:
            raise


def _cause(error: BaseException) -> BaseException | None:
    """Return why an email was not sent, None if it was sent.

    zope.sendmail ends the connection in any case. If that fails, its error hides what happened
    before, even that all was well. Some servers do not wait for the end.
    """
    for each in _chain(error):
        if _is_raised_by(SMTP.sendmail, each):
            return each
    return None if _is_raised_by(SMTP.quit, error) else error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__context__


def _is_raised_by(function, error):
    code = function.__code__
    return any(frame.f_code is code for frame, _ in walk_tb(error.__traceback__))
