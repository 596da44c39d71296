"""With the mail queue of MailHost, the commit writes an email to a file."""

from collective.appendonly.digests import DigestReport
from email import message_from_bytes
from email.header import decode_header
from email.header import make_header
from email.policy import default
from plone import api
from Products.MailHost.MailHost import MailBase

import pytest
import transaction


@pytest.fixture
def queue(portal, post, tmp_path, monkeypatch):
    """Enable the mail queue; return the files in a folder of the maildir."""
    folder = tmp_path / "queue"
    # Otherwise MailHost starts a thread that sends them.
    monkeypatch.setenv("MAILHOST_QUEUE_ONLY", "1")
    portal.MailHost.smtp_queue = True
    portal.MailHost.smtp_queue_directory = str(folder)
    transaction.commit()
    return lambda name: list((folder / name).iterdir())


@pytest.fixture
def happened(member, subscribe, make):
    member("mary")
    subscribe("mary")
    make("party", publish=True)


def test_email_is_queued_as_file(happened, run, queue, post, sentences):
    assert run() == DigestReport(sent=1)
    assert post.mails == []
    assert queue("tmp") == []
    (file,) = queue("new")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["X-Zope-To"] == "mary@example.org"
    assert sentences(mail) == ["Eve created and published Party"]
    assert mail["List-Unsubscribe"].startswith("<http://nohost/plone/@@activity-unsub")


def test_long_name_of_the_site_is_one_line_in_the_queue(happened, run, queue):
    name = "Gärten " * 30
    api.portal.set_registry_record("plone.email_from_name", name)
    transaction.commit()
    assert run() == DigestReport(sent=1)
    (file,) = queue("new")
    sender, recipient, *_ = file.read_bytes().splitlines()
    assert recipient == b"X-Zope-To: mary@example.org"
    decoded = make_header(decode_header(sender.decode().partition(": ")[2]))
    assert str(decoded) == f"{name.strip()} <webmaster@example.org>"


def test_uncommitted_email_is_not_queued(happened, run, queue, monkeypatch):
    send = MailBase.send

    def fail(*args, **options):
        send(*args, **options)
        raise RuntimeError("After it was handed over.")

    with monkeypatch.context() as patch:
        patch.setattr(MailBase, "send", fail)
        assert run() == DigestReport(failed=1)
    assert (queue("tmp"), queue("new")) == ([], [])
    assert run(days=0) == DigestReport(sent=1)
    assert len(queue("new")) == 1
