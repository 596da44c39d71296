"""A site that sends email, and the recorded emails."""

from collective.appendonly.digests import send_due
from collective.appendonly.digests import sending
from collective.appendonly.digests.delivery import deliver
from collective.appendonly.digests.subscriptions import of_member
from contextlib import nullcontext
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from email import message_from_bytes
from email.policy import default
from lxml import html
from plone import api
from Products.MailHost.MailHost import MailBase
from Testing.makerequest import makerequest
from tests.product.digests.smtp import smtp_server
from tests.product.people import PASSWORD
from tests.product.syndication.conftest import fetch
from threading import Thread
from urllib.parse import urlencode
from zope.component.hooks import setSite
from zope.globalrequest import clearRequest
from zope.globalrequest import setRequest
from zope.lifecycleevent import modified

import pytest
import transaction


__all__ = ["fetch"]


class Post:
    """A fake SMTP server. Everything before it is Plone's own code."""

    def __init__(self):
        self.mails = []
        self.handed_over = 0
        #: Called when an email is passed on, before the commit.
        self.on_hand_over = lambda: None
        #: Called with the email address of the recipient when the server is contacted.
        self.on_vote = lambda address: None

    def deliver(self, *args):
        self.handed_over += 1
        self.on_hand_over()
        deliver(*args)

    def mailer(self):
        return Mailer(self)

    def take(self):
        """Return the emails since the last call, by recipient."""
        taken = dict(self.mails)
        assert len(taken) == len(self.mails), "A recipient got two emails."
        self.mails.clear()
        return taken


class Mailer:
    def __init__(self, post):
        self._post = post

    def send(self, fromaddr, toaddrs, message):
        (address,) = toaddrs
        self._post.on_vote(address)
        self._post.mails.append((address, message_from_bytes(message, policy=default)))


@pytest.fixture
def sender(portal):
    """The name of the site, and the address that its emails come from."""
    for name, value in {
        "email_from_name": "The Garden Society",
        "email_from_address": "webmaster@example.org",
        "site_title": "Garden Society",
    }.items():
        api.portal.set_registry_record(f"plone.{name}", value)
    transaction.commit()


@pytest.fixture
def post(sender, monkeypatch):
    """The fake SMTP server."""
    post = Post()
    monkeypatch.setattr(MailBase, "_makeMailer", lambda host: post.mailer())
    monkeypatch.setattr(sending, "deliver", post.deliver)
    return post


@pytest.fixture
def server(portal, sender):
    """An SMTP server to talk to, which the site uses."""
    with smtp_server() as server:
        api.portal.set_registry_record("plone.smtp_host", "127.0.0.1")
        api.portal.set_registry_record("plone.smtp_port", server.port)
        transaction.commit()
        yield server


@pytest.fixture
def run(request, portal):
    """Send what is due after a number of days; return the report.

    The emails go to the fake SMTP server, unless the test uses the other one.
    """
    if "server" not in request.fixturenames:
        request.getfixturevalue("post")

    def run(days=1, minutes=0, **options):
        transaction.abort()
        run.now += timedelta(days=days, minutes=minutes)
        return send_due(portal, now=run.now, **options)

    run.now = datetime.now(timezone.utc)
    return run


@pytest.fixture
def member(portal):
    """Create a member with an email address."""

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
def mary(member):
    member("mary")


@pytest.fixture
def eve(member):
    """An editor who changes content."""
    member("eve", "Contributor", "Editor", "Reviewer")


@pytest.fixture
def make(portal, acting, eve):
    """Create content as Eve, private by default."""

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
    """Edit content as Eve."""

    def edit(path):
        with acting("eve"):
            obj = portal.unrestrictedTraverse(path)
            obj.title += "!"
            modified(obj)

    return edit


@pytest.fixture
def subscribe(portal, browse):
    """Subscribe as a member, with what the form sends."""

    def subscribe(user, path="", frequency="daily", **fields):
        before = len(of_member(user))
        browser = browse("/@@authenticator/token", user=user)
        browser.followRedirects = False
        fields |= {"frequency": frequency, "_authenticator": browser.contents}
        form = urlencode(fields, doseq=True)
        browser.post(f"{portal.absolute_url()}{path}/@@activity-digest", form)
        transaction.begin()
        assert len(of_member(user)) == before + 1

    return subscribe


@pytest.fixture
def sentences():
    """Return the sentences of an email; both formats must have the same."""

    def sentences(mail):
        page = html.fromstring(body(mail, "html"))
        sentences_in_html = [
            " ".join(line.cssselect("p")[0].text_content().split())
            for line in page.cssselect("li.line")
        ]
        written = [
            line.removeprefix("* ").rpartition(" (")[0]
            for line in body(mail, "plain").splitlines()
            if line.startswith("* ")
        ]
        assert written == sentences_in_html
        return sentences_in_html

    return sentences


def body(mail, kind):
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


def in_thread(functional, do, user=None):
    """Call ``do(site)`` in another thread with its own connection, commit, and return the result.

    *user* is a user id; the default is an anonymous user.
    """
    results = []

    def work():
        transaction.begin()
        connection = functional["app"]._p_jar.db().open()
        try:
            app = makerequest(connection.root()["Application"])
            setRequest(app.REQUEST)
            setSite(app["plone"])
            acting = api.env.adopt_user(username=user) if user else nullcontext()
            with acting:
                results.append(do(app["plone"]))
                transaction.commit()
        finally:
            transaction.abort()
            setSite(None)
            clearRequest()
            connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()
    (result,) = results
    return result
