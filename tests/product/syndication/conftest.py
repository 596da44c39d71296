"""Feeds as feed readers get them."""

from base64 import b64encode
from collective.appendonly.feed.keys import new_key
from plone import api
from plone.testing.zope import Browser
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import PASSWORD

import feedparser
import pytest
import transaction


def fill(portal):
    add_jane()
    with acting("jane"):
        folder = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(folder, "publish")


functional = database_of(site_with(fill), needed_by="garden")


@pytest.fixture
def garden(portal):
    """A public folder by Jane."""
    return portal["garden"]


@pytest.fixture
def fetch(portal, functional):
    """Request a URL below the site as a program does, and return the response."""

    def fetch(path, user=None, method="GET", body=b"", **headers):
        server = Browser(functional["app"]).testapp
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Host"] = "nohost"
        if user is not None:
            login = b64encode(f"{user}:{PASSWORD}".encode()).decode()
            headers["Authorization"] = f"Basic {login}"
        return server.request(
            f"{portal.absolute_url()}{path}",
            method=method,
            headers=headers,
            body=body,
            expect_errors=True,
        )

    return fetch


@pytest.fixture
def subscribe(fetch):
    """Return the feed at a path as a feed reader parses it."""

    def subscribe(path, user=None):
        answer = fetch(path, user)
        assert answer.status_int == 200, answer.text
        content_type = {"content-type": answer.headers["Content-Type"]}
        feed = feedparser.parse(answer.body, response_headers=content_type)
        assert not feed.bozo, feed.get("bozo_exception")
        return feed

    return subscribe


@pytest.fixture
def key(portal):
    """Return a new key of a member."""

    def key(user_id):
        key = new_key(user_id)
        transaction.commit()
        return key

    return key
