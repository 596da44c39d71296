"""With the mail queue of MailHost a mail is a file, from the commit on."""

from collective.appendonly.digests import Report
from email import message_from_bytes
from email.policy import default
from Products.MailHost.MailHost import MailBase

import pytest
import transaction


@pytest.fixture
def queue(portal, post, tmp_path, monkeypatch):
    """Let MailHost queue, and return the files in the queue, by the folders of a maildir."""
    folder = tmp_path / "queue"
    # Or it starts a thread that sends them.
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


def test_a_mail_waits_as_a_file(happened, run, queue, post, sentences):
    assert run() == Report(sent=1)
    assert post.handed_over == 0
    assert queue("tmp") == []
    (file,) = queue("new")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["X-Zope-To"] == "mary@example.org"
    assert sentences(mail) == ["Eve created and published Party"]
    assert mail["List-Unsubscribe"].startswith("<http://nohost/plone/@@activity-unsub")


def test_what_is_not_committed_is_not_in_the_queue(happened, run, queue, monkeypatch):
    send = MailBase.send

    def fail(*args, **options):
        send(*args, **options)
        raise RuntimeError("After it was handed over.")

    with monkeypatch.context() as patch:
        patch.setattr(MailBase, "send", fail)
        assert run() == Report(failed=1)
    assert (queue("tmp"), queue("new")) == ([], [])
    assert run(days=0) == Report(sent=1)
    assert len(queue("new")) == 1
