"""Feeds and files come through Volto's address, and lead to it."""

from lxml import etree
from plone import api
from tests.product.people import acting
from tests.product.people import PASSWORD
from tests.volto.people import log_in

import base64
import csv
import io
import json
import pytest


pytestmark = pytest.mark.volto

FEEDS = {
    "activity.atom": "application/atom+xml",
    "activity.rss": "application/rss+xml",
}


@pytest.fixture
def member(garden, open_page, address):
    """The requests of a browser in which Jane is logged in."""
    page = open_page()
    log_in(page, address, "jane")
    return page.request


@pytest.mark.parametrize("name", FEEDS)
def test_a_member_opens_a_feed(member, address, name):
    response = member.get(f"{address}/the-garden/@@{name}?text=fees")
    assert response.status == 200
    assert response.headers["content-type"].startswith(FEEDS[name])
    text = response.text()
    assert "Fees" in text
    assert "Pond" not in text
    etree.fromstring(text.encode())
    # No URL of the backend, which readers cannot reach.
    assert f"{address}/the-garden/fees" in text
    assert "/plone/" not in text
    assert "++api++" not in text


def test_a_feed_reader_logs_in_with_a_password(garden, open_page, address):
    token = base64.b64encode(f"tom:{PASSWORD}".encode()).decode()
    program = open_page(extra_http_headers={"Authorization": f"Basic {token}"}).request
    text = program.get(f"{address}/@@activity.atom").text()
    assert "Pond" in text
    assert "Accounts" not in text


def test_a_feed_of_content_that_was_moved_leads_to_its_new_place(
    member, garden, address
):
    with acting("jane"):
        api.content.rename(garden, "the-park")
    old, new = (
        f"{address}/the-garden/@@activity.atom",
        f"{address}/the-park/@@activity.atom",
    )
    response = member.get(old, max_redirects=0)
    assert response.status in (301, 302)
    assert response.headers["location"] == new
    assert "Fees" in member.get(old).text()


def test_a_member_downloads_the_activity(member, address):
    url = f"{address}/the-garden/@@activity-export"
    response = member.get(f"{url}?format=csv&text=fees")
    assert 'filename="activity.csv"' in response.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(response.text().lstrip("\ufeff"))))
    assert {row["title"] for row in rows} == {"Fees"}
    response = member.get(f"{url}?format=jsonl&text=fees")
    records = map(json.loads, response.text().splitlines())
    assert [record["summary"] for record in records] == [
        "Jane Miller created and published Fees"
    ]
    assert member.get(f"{url}?format=pdf").status == 400


@pytest.mark.parametrize("name", [*FEEDS, "activity-export"])
def test_anonymous_users_get_no_feed_and_no_file(garden, open_page, address, name):
    response = open_page().request.get(f"{address}/@@{name}")
    assert response.status == 401
    assert "Pond" not in response.text()
