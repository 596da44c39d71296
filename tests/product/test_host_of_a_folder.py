"""A folder with a host name of its own: there, the URL of the site is that of the folder."""

from lxml import html
from plone.base.interfaces import INavigationRoot
from plone.testing.zope import Browser
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from tests.product.digests.conftest import body
from tests.product.digests.conftest import eve
from tests.product.digests.conftest import make
from tests.product.digests.conftest import member
from tests.product.digests.conftest import post
from tests.product.digests.conftest import run
from tests.product.digests.conftest import sender
from tests.product.people import PASSWORD
from urllib.parse import urlencode
from zope.interface import alsoProvides

import pytest
import re
import transaction


__all__ = ["eve", "make", "member", "post", "run", "sender"]

HOST = "http://garden.example"
VIRTUAL = (
    "http://nohost/VirtualHostBase/http/garden.example:80/plone/garden/VirtualHostRoot"
)


@pytest.fixture
def garden(portal, make):
    """A folder as an add-on for subsites makes it, or Plone for a language."""
    manage_addVirtualHostMonster(portal.getPhysicalRoot(), "virtual_hosting")
    garden = make("garden", "Folder", publish=True)
    alsoProvides(garden, INavigationRoot)
    garden.reindexObject()
    make("garden/roses", publish=True)
    transaction.commit()
    return garden


@pytest.fixture
def visit(functional, garden):
    """Return a browser at a URL of the host, as a web server in front of Zope passes it on."""

    def visit(url, user="mary", data=None):
        browser = Browser(functional["app"])
        browser.raiseHttpErrors = browser.followRedirects = False
        if user is not None:
            browser.addHeader("Authorization", f"Basic {user}:{PASSWORD}")
        assert url.startswith(HOST)
        target = url.replace(HOST, VIRTUAL)
        browser.open(target) if data is None else browser.post(target, data)
        transaction.begin()
        return browser

    return visit


def status(browser):
    return int(browser.headers["status"][:3])


@pytest.mark.whole_pages
@pytest.mark.parametrize("path", ["", "/@@activity", "/@@my-activity"])
def test_links_to_the_activity_lead_to_pages(member, visit, path):
    member("mary")
    page = visit(f"{HOST}{path}")
    assert status(page) == 200
    links = {
        link.partition("#")[0]
        for link in html.fromstring(page.contents).xpath("//a/@href")
        if "activity" in link
    }
    assert f"{HOST}/@@my-activity" in links
    assert {link: status(visit(link)) for link in links} == dict.fromkeys(links, 200)


@pytest.fixture
def submit(visit):
    """Send the form on a page that goes to a view, as Mary."""

    def submit(path, view, **values):
        forms = html.fromstring(visit(f"{HOST}{path}").contents).forms
        [form] = [form for form in forms if form.action == f"{HOST}/@@{view}"]
        return visit(
            form.action, data=urlencode([*form.form_values(), *values.items()])
        )

    return submit


def test_forms_of_a_member_work(member, visit, submit):
    member("mary")

    def listed(text):
        return text in visit(f"{HOST}/@@my-activity").contents

    assert status(submit("/@@activity?by=others", "activity-filter", name="New")) == 302
    assert status(submit("/@@activity", "activity-digest", subscribe="1")) == 302
    assert listed("activity-digests") and listed("activity-filter-remove")
    assert status(submit("/@@my-activity", "activity-digests", end="1")) == 302
    assert status(submit("/@@my-activity", "activity-filter-remove")) == 302
    assert not listed("activity-digests") and not listed("activity-filter-remove")
    created = submit("/@@activity-addresses", "activity-addresses", create="1")
    [feed, _] = re.findall(
        rf"{HOST}/@@activity-personal\.\w+\?key=[^\"]+", created.contents
    )
    assert "Eve created and published Roses" in visit(feed, user=None).contents


def test_links_in_emails_work(member, visit, submit, make, run, post):
    member("mary")
    submit("/@@activity", "activity-digest", subscribe="1")
    make("garden/lilies", publish=True)
    run()
    [mail] = post.take().values()
    links = re.findall(r"https?://\S+", body(mail, "plain"))
    assert len(links) == 4
    assert {link: status(visit(link)) for link in links} == dict.fromkeys(links, 200)
    unsubscribe = mail["List-Unsubscribe"].strip("<>")
    answer = visit(unsubscribe, user=None, data="List-Unsubscribe=One-Click")
    assert "You have unsubscribed from this digest." in answer.contents
    make("garden/tulips", publish=True)
    run()
    assert post.take() == {}
