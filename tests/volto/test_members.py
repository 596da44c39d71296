"""Members manage their digests, saved filters and feed URL in Volto."""

from collective.appendonly.digests import send_due
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from playwright.sync_api import expect
from plone import api
from Products.MailHost.MailHost import MailBase
from tests.product.digests.conftest import body
from tests.product.digests.conftest import Post
from tests.product.people import acting
from tests.volto.people import log_in
from tests.volto.people import ready
from tests.volto.people import sentences
from zope.lifecycleevent import modified

import pytest
import re
import transaction


pytestmark = pytest.mark.volto


@pytest.fixture
def mail(portal, garden, monkeypatch):
    """Change a page, and return the digest for Tom."""
    api.portal.set_registry_record("plone.email_from_address", "web@example.org")
    api.user.get("tom").setMemberProperties({"email": "tom@example.org"})
    transaction.commit()
    post = Post()
    monkeypatch.setattr(MailBase, "_makeMailer", lambda host: post.mailer())

    def mail():
        transaction.begin()
        with acting("jane"):
            garden["pond"].description = "Something new"
            modified(garden["pond"])
        send_due(portal, now=datetime.now(timezone.utc) + timedelta(days=1))
        return post.take()["tom@example.org"]

    return mail


@pytest.fixture
def subscribed(garden, page, address):
    """Tom has subscribed to the activity in the garden."""
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity")
    ready(page)
    page.get_by_text("Email digest").click()
    page.get_by_label("Weekly, on Mondays").check()
    page.get_by_label("Daily").check()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_text("You have subscribed. The digest lists")).to_be_visible()


def test_a_member_reads_an_email_and_all_its_links_open_in_volto(
    mail, subscribed, open_page, address
):
    reader = open_page()
    reader.set_content(body(mail(), "html"))
    links = reader.locator("a[href]").evaluate_all("all => all.map(a => a.href)")
    assert len(links) > 2
    member = open_page()
    log_in(member, address, "tom")
    for link in links:
        assert link.startswith(address), link
        assert member.goto(link).status == 200, link


def test_a_recipient_unsubscribes_without_login_and_javascript(
    mail, subscribed, open_page, page, address
):
    reader = open_page()
    reader.set_content(body(mail(), "html"))
    link = reader.get_by_text("Unsubscribe").get_attribute("href")
    # Programs follow links: nothing changes.
    reader.goto(link)
    expect(reader.get_by_text("Unsubscribe from this digest?")).to_be_visible()
    page.goto(f"{address}/@@my-activity")
    expect(page.get_by_role("region", name="Your email digests")).to_be_visible()

    scriptless = open_page(java_script_enabled=False)
    response = scriptless.goto(link)
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in response.headers["cache-control"]
    scriptless.get_by_role("button", name="Unsubscribe").click()
    expect(scriptless).to_have_url(f"{address}/@@activity-unsubscribe?done=1")
    expect(
        scriptless.get_by_text("You have unsubscribed from this digest.")
    ).to_be_visible()
    page.goto(f"{address}/@@my-activity")
    ready(page)
    expect(page.get_by_role("region", name="Your email digests")).to_have_count(0)


def test_an_email_program_unsubscribes_with_one_click(
    mail, subscribed, open_page, page, address
):
    url = re.search("<(http[^>]+)>", mail()["List-Unsubscribe"])[1]
    assert url.startswith(f"{address}/@@activity-unsubscribe?")
    response = open_page().request.post(
        url, form={"List-Unsubscribe": "One-Click"}, max_redirects=0
    )
    assert response.status == 200
    page.goto(f"{address}/@@my-activity")
    ready(page)
    expect(page.get_by_role("region", name="Your email digests")).to_have_count(0)


def test_a_member_saves_a_filter_finds_it_again_and_removes_it(garden, page, address):
    log_in(page, address, "tom")
    page.goto(f"{address}/the-garden/@@activity?text=pond")
    ready(page)
    page.get_by_text("Save this filter").click()
    page.get_by_label("Name", exact=True).fill("The pond")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Filter saved.")).to_be_visible()

    page.goto(f"{address}/@@my-activity")
    ready(page)
    page.get_by_role("link", name="The pond").click()
    expect(page).to_have_url(f"{address}/the-garden/@@activity?text=pond")
    expect(sentences(page)).to_have_count(1)
    page.go_back()
    page.get_by_role("button", name="Remove: The pond").click()
    expect(page.get_by_text("Filter removed.")).to_be_visible()
    expect(page.get_by_role("link", name="The pond")).to_have_count(0)


def test_a_member_ends_a_digest_under_my_activity(subscribed, page, address):
    page.goto(f"{address}/the-garden")
    page.locator("#toolbar-personal").click()
    page.get_by_role("link", name="My activity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My activity")
    digests = page.get_by_role("region", name="Your email digests")
    expect(digests.get_by_role("listitem")).to_contain_text("The gardenDaily")
    digests.get_by_role("button", name="Unsubscribe: The garden").click()
    expect(page.get_by_text("You have unsubscribed from this digest.")).to_be_visible()
    expect(digests).to_have_count(0)


def test_a_feed_reader_follows_the_personal_feed_url_until_it_is_revoked(
    garden, page, open_page, address
):
    log_in(page, address, "tom")
    page.goto(f"{address}/@@activity-addresses")
    ready(page)
    page.get_by_role("button", name="Create URL").click()
    url = page.get_by_label("Atom").input_value()
    assert url.startswith(f"{address}/@@activity-personal.atom?")
    program = open_page().request
    feed = program.get(url)
    assert feed.status == 200
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "Pond" in feed.text()
    assert "Accounts" not in feed.text()
    page.get_by_role("button", name="Revoke URL").click()
    expect(page.get_by_text("has been revoked")).to_be_visible()
    assert program.get(url).status == 404
