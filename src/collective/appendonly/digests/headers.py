"""The headers of a digest, for email programs, and the composed email."""

from collective.appendonly.guard import text_of
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from email.utils import make_msgid
from plone import api
from typing import Any
from urllib.parse import urlsplit

import datetime
import re


# Control characters, line separators, direction marks and lone surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+"
)

# The maximum length of a subject: titles have no limit.
_MAX_SUBJECT = 150


class _Policy(EmailPolicy):
    """The policy for SMTP, but some headers are sent exactly as they were composed.

    Python would encode a long header that has no space to be folded at, and programs that read
    URLs in headers don't decode them. And it would decode what looks like an encoded word in a
    title or in the name of the site, such as ``=?utf-8?q?=0D=0A?=``, and begin a new line there.
    """

    _encoded = frozenset(["subject", "from"])
    _composed = _encoded | {"list-id", "list-unsubscribe", "message-id"}

    def header_store_parse(self, name, value):
        if name.lower() in self._encoded:
            # MailHost passes an object.
            return name, str(value)
        return super().header_store_parse(name, value)

    def fold(self, name, value):
        if name.lower() in self._composed:
            # MailHost, and its queue, need the sender on one line.
            folded = value.replace("?= ", f"?={self.linesep} ")
            return f"{name}: {folded}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name, value):
        if name.lower() in self._composed:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", raise_on_defect=False)


def one_line(text: Any) -> str:
    """Return *text* in one line, without unprintable characters."""
    return " ".join(_UNPRINTABLE.sub(" ", text_of(text)).split())


def ascii_address(email_address: str | None) -> str | None:
    """Return *email_address* as every email server takes it: in ASCII, its domain in IDNA.

    None if it is missing, invalid, or not ASCII before the domain.
    """
    if not isinstance(email_address, str):
        return None
    try:
        address = Address(addr_spec=email_address.strip())
        domain = address.domain.encode("idna").decode("ascii")
        found = Address(username=address.username, domain=domain).addr_spec
    except (HeaderParseError, IndexError, ValueError):
        return None
    return found if found.isascii() and address.username else None


def sender() -> str | None:
    """Return the sender of emails of the site as a header value in one line.

    None if there is no valid one.
    """
    address = api.portal.get_registry_record("plone.email_from_address", default=None)
    name = one_line(
        api.portal.get_registry_record("plone.email_from_name", default=None)
    )
    found = ascii_address(address)
    if not found:
        return None
    words = _encoded(name, "From").split()
    return f"{' '.join(words)} <{found}>" if name else found


def _encoded(text: str, header: str) -> str:
    # Always, or else an email program would decode what looks encoded.
    return Header(text, "utf-8", header_name=header).encode(linesep=POLICY.linesep)


def compose(message, email_address: str, now: datetime.datetime) -> EmailMessage:
    """Return the email to *email_address* with *message*, a ``DigestMessage``."""
    host = urlsplit(message.site_url).hostname
    subject = one_line(message.translate(message.heading))
    if len(subject) > _MAX_SUBJECT:
        subject = f"{subject[:_MAX_SUBJECT]}…"
    email = EmailMessage(policy=POLICY)
    email["Subject"] = _encoded(subject, "Subject")
    email["From"] = sender()
    email["To"] = email_address
    email["Date"] = format_datetime(now)
    email["Message-ID"] = make_msgid(domain=host)
    email["List-ID"] = f"<{message.list_label}.activity.{host}>"
    email["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
    email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email["Auto-Submitted"] = "auto-generated"
    email["Precedence"] = "bulk"
    email.set_content(message.text(), cte="quoted-printable")
    email.add_alternative(message.html(), subtype="html", cte="quoted-printable")
    return email
