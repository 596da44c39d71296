"""A member subscribes in a browser, reads the email there, and unsubscribes from it."""

from collective.appendonly.digests import send_due
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from playwright.sync_api import expect
from plone import api
from Products.MailHost.MailHost import MailBase
from tests.browser.people import log_in
from tests.browser.test_accessibility import violations
from tests.product.digests.conftest import body
from tests.product.digests.conftest import Post
from tests.product.people import acting
from tests.product.people import add_person
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.browser


@pytest.fixture
def garden(portal):
    """A public folder. Jane is a manager, Tom a member with no other role."""
    add_person("jane", "Jane Miller", "Manager")
    add_person("tom", "Tom Fields").setMemberProperties({"email": "tom@example.org"})
    api.portal.set_registry_record("plone.email_from_address", "web@example.org")
    api.portal.set_registry_record("plone.site_title", "Garden Society")
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    return garden


@pytest.fixture
def mail(portal, garden, monkeypatch):
    """Change content in the garden, and return the digest for Tom."""
    post = Post()
    monkeypatch.setattr(MailBase, "_makeMailer", lambda host: post.mailer())

    def mail():
        transaction.begin()
        with api.env.adopt_user(username="jane"):
            for name in ("Opening hours", "Roses & other <b>flowers</b>"):
                page = api.content.create(garden, "Document", title=name)
                api.content.transition(page, "publish")
                transaction.commit()
                page.description = "Something new"
                modified(page)
                transaction.commit()
            for number in range(6):
                api.content.transition(
                    api.content.create(garden, "Event", title=f"Guided tour {number}"),
                    "publish",
                )
            transaction.commit()
            api.content.delete(garden["opening-hours"])
            transaction.commit()
        send_due(portal, now=datetime.now(timezone.utc) + timedelta(days=1))
        return post.take()["tom@example.org"]

    return mail


def check(page, part):
    assert violations(page, part) == []


def test_a_member_subscribes_reads_the_email_and_unsubscribes(
    address, garden, mail, open_page
):
    """This works without JavaScript, and each page is accessible."""
    with_scripts = open_page()
    log_in(with_scripts, address, "tom")
    page = open_page(java_script_enabled=False)
    page.context.add_cookies(with_scripts.context.cookies())
    page.goto(f"{address}/garden/@@activity")
    page.get_by_text("Email digest").click()
    page.get_by_label("Weekly, on Mondays").check()
    page.get_by_label("Daily").check()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_text("You have subscribed. The digest lists")).to_be_visible()
    with_scripts.goto(f"{address}/garden/@@activity")
    with_scripts.get_by_text("Email digest").click()
    check(with_scripts, "#activity-digest")
    with_scripts.goto(f"{address}/@@my-activity")
    check(with_scripts, "#digests")

    sent = mail()
    for scheme in ("light", "dark"):
        reader = open_page(color_scheme=scheme)
        reader.set_content(body(sent, "html"))
        check(reader, "body")
        visitor = open_page(java_script_enabled=False)
        visitor.goto(reader.get_by_text("Unsubscribe").get_attribute("href"))
        expect(visitor.get_by_text("Unsubscribe from this digest?")).to_be_visible()
    visitor.get_by_role("button", name="Unsubscribe").click()
    expect(
        visitor.get_by_text("You have unsubscribed from this digest.")
    ).to_be_visible()
    page.goto(f"{address}/garden/@@activity")
    page.get_by_text("Email digest").click()
    expect(page.get_by_role("button", name="Subscribe")).to_be_visible()
