"""A site that sends mail, and where it ends up."""

from collective.appendonly.digests import send_due
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from email import message_from_bytes
from email.policy import default
from lxml import html
from plone import api
from Products.MailHost.MailHost import MailBase
from tests.product.people import PASSWORD
from tests.product.syndication.conftest import fetch
from zope.lifecycleevent import modified

import pytest
import transaction


__all__ = ["fetch"]


class Post:
    """Stands where the SMTP server is: everything before it is Plone's own."""

    def __init__(self):
        self.mails = []
        self.handed_over = 0
        #: Called when a mail is handed to Plone, before anything is committed.
        self.on_hand_over = lambda: None
        #: Called with the address of the recipient when the server is reached.
        self.on_vote = lambda address: None

    def mailer(self):
        self.handed_over += 1
        self.on_hand_over()
        return Mailer(self)

    def take(self):
        """Return what arrived since the last time, by the address it came to."""
        taken = dict(self.mails)
        assert len(taken) == len(self.mails), "Somebody got two."
        self.mails.clear()
        return taken


class Mailer:
    def __init__(self, post):
        self._post = post

    def vote(self, fromaddr, toaddrs, message):
        self._post.on_vote(*toaddrs)

    def send(self, fromaddr, toaddrs, message):
        (address,) = toaddrs
        self._post.mails.append((address, message_from_bytes(message, policy=default)))

    def abort(self):
        pass


@pytest.fixture
def post(portal, monkeypatch):
    """The post office."""
    post = Post()
    monkeypatch.setattr(MailBase, "_makeMailer", lambda host: post.mailer())
    for name, value in {
        "email_from_name": "The Garden Society",
        "email_from_address": "webmaster@example.org",
        "site_title": "Garden Society",
    }.items():
        api.portal.set_registry_record(f"plone.{name}", value)
    transaction.commit()
    return post


@pytest.fixture
def run(portal, post):
    """Let so many days pass, and send what is due: returns the report."""

    def run(days=1, **options):
        transaction.abort()
        run.now += timedelta(days=days)
        return send_due(portal, now=run.now, **options)

    run.now = datetime.now(timezone.utc)
    return run


@pytest.fixture
def member(portal):
    """Return a new member with an address of their own."""

    def member(user_id, *roles, **properties):
        api.user.create(
            username=user_id,
            email=f"{user_id}@example.org",
            password=PASSWORD,
            properties={"fullname": user_id.title()} | properties,
            roles=("Member", *roles),
        )
        transaction.commit()

    return member


@pytest.fixture
def eve(member):
    """An editor, who does what is told."""
    member("eve", "Contributor", "Editor", "Reviewer")


@pytest.fixture
def make(portal, acting, eve):
    """Let Eve make something, private at first."""

    def make(path, portal_type="Document", title=None, publish=False):
        parent, _, name = path.rpartition("/")
        with acting("eve"):
            container = portal.unrestrictedTraverse(parent) if parent else portal
            title = name.title() if title is None else title
            obj = api.content.create(container, portal_type, name, title=title)
            if publish:
                api.content.transition(obj, "publish")
        return obj

    return make


@pytest.fixture
def edit(portal, acting):
    """Let Eve edit something."""

    def edit(path):
        with acting("eve"):
            obj = portal.unrestrictedTraverse(path)
            obj.title += "!"
            modified(obj)

    return edit


@pytest.fixture
def subscribe(browse):
    """Subscribe as a member, with the form."""

    def subscribe(user, path="", frequency="daily"):
        browser = browse(f"{path}/@@activity", user=user)
        browser.getControl(name="frequency").value = [frequency]
        browser.getControl(name="subscribe").click()
        assert "Subscribed." in browser.contents
        transaction.begin()

    return subscribe


@pytest.fixture
def sentences():
    """Return what a mail tells, in both of its forms, which tell the same."""

    def sentences(mail):
        page = html.fromstring(body(mail, "html"))
        told = [
            " ".join(line.cssselect("p")[0].text_content().split())
            for line in page.cssselect("li.line")
        ]
        written = [
            line.removeprefix("* ").rpartition(" (")[0]
            for line in body(mail, "plain").splitlines()
            if line.startswith("* ")
        ]
        assert written == told
        return told

    return sentences


def body(mail, kind):
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")
