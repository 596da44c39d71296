"""The envelope of a digest: headers that people's programs read."""

from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from email.utils import formataddr
from email.utils import make_msgid
from plone import api
from urllib.parse import urlsplit

import datetime
import re


# What no header and no line of text can hold: also that which changes the direction of writing.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+"
)

# Of a title as long as people like, in a subject.
_LONGEST = 150


class _Policy(EmailPolicy):
    """Mails as servers want them, with addresses in headers whole.

    Python would fold and encode what has no blank to be folded at, and no program that reads
    these headers decodes them.
    """

    _whole = frozenset(["list-id", "list-unsubscribe", "message-id"])

    def fold(self, name, value):
        if name.lower() in self._whole:
            return f"{name}: {value}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name, value):
        if name.lower() in self._whole:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", raise_on_defect=False)


def one_line(text: str) -> str:
    """Return *text*, which somebody typed, fit for one line."""
    return " ".join(_UNFIT.sub(" ", text).split())


def sender() -> str | None:
    """Return whom mails of the site come from, ready for a header; None if that is not set."""
    address = api.portal.get_registry_record("plone.email_from_address", default=None)
    name = api.portal.get_registry_record("plone.email_from_name", default=None)
    return formataddr((one_line(name or ""), address)) if address else None


def compose(letter, address: str, now: datetime.datetime) -> EmailMessage:
    """Return the mail with *letter* for the member at *address*."""
    host = urlsplit(letter.site_url).hostname
    subject = one_line(letter.translate(letter.heading))
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = subject if len(subject) <= _LONGEST else f"{subject[:_LONGEST]}…"
    mail["From"] = sender()
    mail["To"] = address
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=host)
    mail["List-ID"] = f"<{letter.list_label}.activity.{host}>"
    mail["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail.set_content(letter.text(), cte="quoted-printable")
    mail.add_alternative(letter.html(), subtype="html", cte="quoted-printable")
    return mail
