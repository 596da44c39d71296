"""What the mail server says to an email decides whether the transaction is committed.

The client is that of zope.sendmail. No site is needed.
"""

from collective.appendonly.digests import delivery
from collective.appendonly.digests.delivery import deliver
from collective.appendonly.digests.delivery import EmailRefused
from email.message import EmailMessage
from smtplib import SMTP
from smtplib import SMTPSenderRefused
from smtplib import SMTPServerDisconnected
from tests.product.digests.smtp import HANG_UP
from tests.product.digests.smtp import smtp_server
from types import SimpleNamespace
from zope.sendmail.mailer import _SMTPState
from zope.sendmail.mailer import SMTPMailer

import pytest
import transaction


MARY = "mary@example.org"


class Mailer(SMTPMailer):
    """Plone has patched the constructor: it takes the server from the registry of a site."""

    def __init__(self, port):
        self.hostname, self.port = "127.0.0.1", port
        self.username = self.password = None
        self.force_tls = self.no_tls = self.implicit_tls = False
        self.smtp, self._smtp = SMTP, _SMTPState()


class Host:
    """A MailHost without a site: it sends at once."""

    def __init__(self, port):
        self.port = port
        self.sent = []

    def send(self, message, mto, mfrom, immediate=False):
        self.sent.append((mto, mfrom, immediate))
        Mailer(self.port).send(mfrom, [mto], message.as_bytes())


class Database:
    """A data manager that notes what it is asked to do, such as one of a ZODB or of SQL."""

    def __init__(self, key, server):
        self.transaction_manager = transaction.manager
        self._key = key
        self._server = server
        #: The number of emails that the server had by then, by what was asked.
        self.asked = []

    def sortKey(self):
        return self._key

    def __getattr__(self, name):
        if name.startswith("tpc_") or name in ("commit", "abort"):
            return lambda txn: self.asked.append((name, len(self._server.mails)))
        raise AttributeError(name)


@pytest.fixture
def server():
    with smtp_server() as server:
        yield server
    transaction.abort()


@pytest.fixture
def host(server, monkeypatch):
    host = Host(server.port)
    portal = SimpleNamespace(get_tool=lambda name: host)
    monkeypatch.setattr(delivery, "api", SimpleNamespace(portal=portal))
    return host


@pytest.fixture
def send(host):
    """Commit a transaction that sends an email, and that some databases take part in."""

    def send(*databases):
        txn = transaction.begin()
        for database in databases:
            txn.join(database)
        email = EmailMessage()
        email["Subject"] = "2 changes"
        email.set_content("Roses.")
        deliver(email, "webmaster@example.org", MARY)
        transaction.commit()

    return send


def test_the_email_is_sent_after_all_databases_have_agreed(host, send, server):
    keys = "/srv/Data.fs:1", "1:('localhost', 8100)", "RelStorage:x", "~sqlalchemy:9"
    databases = [Database(key, server) for key in keys]
    send(*databases)
    assert host.sent == [(MARY, "webmaster@example.org", True)]
    for database in databases:
        assert database.asked == [
            ("tpc_begin", 0),
            ("commit", 0),
            ("tpc_vote", 0),
            ("tpc_finish", 1),
        ]


def test_a_database_that_does_not_agree_prevents_the_email(send, server):
    database = Database("1", server)
    database.tpc_vote = lambda txn: 1 / 0
    with pytest.raises(ZeroDivisionError):
        send(database)
    assert (server.mails, server.greeted) == ([], 0)
    assert ("tpc_abort", 0) in database.asked


def test_an_aborted_transaction_sends_nothing(host, server):
    deliver(EmailMessage(), "webmaster@example.org", MARY)
    transaction.abort()
    transaction.commit()
    assert (host.sent, server.greeted) == ([], 0)


@pytest.mark.parametrize(
    "replies, refused, expected",
    [
        ({}, "450 4.7.1 Greylisted", (450, "450 4.7.1 Greylisted")),
        ({}, "452 4.2.2 Mailbox full", (452, "452 4.2.2 Mailbox full")),
        ({}, "550-5.1.1 No\r\n550 such user", (550, "550 5.1.1 No such user")),
        # The server closes the connection after that. The end of zope.sendmail fails then.
        ({}, "421 4.3.2 Too busy", (421, "421 4.3.2 Too busy")),
        ({"DATA": "554 5.7.1 No"}, None, (554, "554 5.7.1 No")),
        ({".": "552 5.3.4 Too big"}, None, (552, "552 5.3.4 Too big")),
        ({".": "451 4.3.0 Later"}, None, (451, "451 4.3.0 Later")),
        ({".": "421 4.3.2 Bye"}, None, (421, "421 4.3.2 Bye")),
        # The end of the conversation does not matter.
        ({"QUIT": HANG_UP}, "550 No", (550, "550 No")),
    ],
)
def test_a_refused_recipient_or_email_is_told(send, server, replies, refused, expected):
    server.replies.update(replies)
    if refused:
        server.refused[MARY] = refused
    with pytest.raises(EmailRefused) as info:
        send()
    assert info.value.recipient == MARY
    assert (info.value.code, str(info.value)) == expected
    assert server.mails == []
    transaction.abort()
    # The next one is not affected.
    server.refused.clear()
    server.replies.update({"DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"})
    send()
    assert [address for address, _ in server.mails] == [MARY]


@pytest.mark.parametrize("reply", [HANG_UP, "421 4.3.2 Bye", "nonsense"])
def test_an_email_that_was_accepted_is_sent_however_the_conversation_ends(
    send, server, reply
):
    server.replies["QUIT"] = reply
    send()
    assert [address for address, _ in server.mails] == [MARY]


@pytest.mark.parametrize(
    "replies, error",
    [
        ({"MAIL": "553 5.1.8 Who are you?"}, SMTPSenderRefused),
        ({"MAIL": "451 4.1.8 Who are you?"}, SMTPSenderRefused),
        ({"MAIL": HANG_UP}, SMTPServerDisconnected),
        ({"RCPT": HANG_UP}, SMTPServerDisconnected),
        ({"DATA": HANG_UP}, SMTPServerDisconnected),
        ({".": HANG_UP}, SMTPServerDisconnected),
        ({"EHLO": HANG_UP}, SMTPServerDisconnected),
        ({"EHLO": "554 No", "HELO": "554 No"}, RuntimeError),
    ],
)
def test_other_errors_are_no_refusal_of_the_recipient(send, server, replies, error):
    server.replies.update(replies)
    with pytest.raises(error):
        send()
    assert server.mails == []


def test_a_server_that_is_down_is_no_refusal_of_the_recipient(send, host):
    with smtp_server() as server:
        host.port = server.port
    with pytest.raises(ConnectionRefusedError):
        send()


def test_with_a_queue_the_email_is_handed_over_before_the_commit(host, server):
    host.smtp_queue = True
    host.port = server.port
    deliver(EmailMessage(), "webmaster@example.org", MARY)
    assert host.sent == [(MARY, "webmaster@example.org", False)]
