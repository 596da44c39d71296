"""Every example of the documentation works, page by page, in reading order.

Examples are run by their language. An example that needs more has a test of its own, named in
ELSEWHERE.
"""

from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import new_key
from collective.appendonly.log import STACK
from collective.appendonly.operations.maintenance.erasure_requests import (
    erasure_requests,
)
from collective.appendonly.recording import recording_suspended
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.syndication.redaction import KeyFilter
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from pathlib import Path
from plone import api
from tests.docs.blocks import ALL
from tests.docs.blocks import Block
from tests.docs.blocks import blocks
from tests.product.documentation.reader import Reader
from zope.component import getGlobalSiteManager
from zope.component import getUtility

import doctest
import logging
import pytest
import re
import transaction


DOCS = Path(__file__).parents[3] / "docs"
VOLTO = "frontend/packages/volto-appendonly/src"

#: Examples that a test of their own covers: the page, a word that is in them, and the test,
#: which names the page.
ELSEWHERE = {
    ("feeds.rst", "log_format"): "tests/product/documentation/test_servers.py",
    ("feeds.rst", "SetEnvIf"): "tests/product/documentation/test_servers.py",
    ("rest.rst", "curl"): "tests/product/services/test_use_of_the_api.py",
    ("retention.rst", "curl"): "tests/browser/test_nightly_job.py",
    ("volto.rst", "addons:"): f"{VOLTO}/documentation.test.ts",
    ("volto.rst", "unRegisterSlotComponent"): f"{VOLTO}/documentation.test.ts",
    ("storage-format.rst", "group_created"): "tests/product/test_entry.py",
}


@pytest.fixture
def reader(functional, portal, person, browse, tmp_path, monkeypatch):
    """A reader who follows a page, in a site with content."""
    monkeypatch.chdir(tmp_path)
    components = getGlobalSiteManager()
    utilities = {repr(old) for old in components.registeredUtilities()}
    adapters = {repr(old) for old in components.registeredAdapters()}
    yield Reader(functional, portal, browse, tmp_path)
    for new in list(components.registeredUtilities()):
        if repr(new) not in utilities:
            components.unregisterUtility(new.component, new.provided, new.name)
    for new in list(components.registeredAdapters()):
        if repr(new) not in adapters:
            components.unregisterAdapter(
                new.factory, new.required, new.provided, new.name
            )
    logging.getLogger("my.access").filters.clear()


@pytest.fixture
def folders(portal, jane):
    """The content that the pages assume."""
    news = api.content.create(portal, "Folder", "news")
    bed = api.content.create(portal, "Document", "bed", title="Rose bed")
    for obj in (news, bed):
        api.content.transition(obj, "publish")
    transaction.commit()
    return {"folder": news, "bed": bed}


def pages():
    return sorted({block.page for block in ALL} - set(NARRATIVES))


#: Pages that tell a story in sessions, with blocks in between. They have tests of their own.
NARRATIVES = {"log-from-python.rst"}
#: Pages for a log that is empty.
FIRST = {"backfill.rst", "commands.rst"}


@pytest.mark.parametrize("page", pages())
def test_the_examples_of_a_page_work(page, reader, portal, request):
    if page not in FIRST:
        reader.names |= request.getfixturevalue("folders")
    if page in BEFORE:
        BEFORE[page](portal)
    for block in blocks(page):
        if not is_elsewhere(block):
            reader.do(block)
    if page in AFTERWARDS:
        AFTERWARDS[page](portal)


def is_elsewhere(block: Block) -> bool:
    return any(page == block.page and word in block.text for page, word in ELSEWHERE)


@pytest.mark.parametrize("example", ELSEWHERE, ids=lambda example: " ".join(example))
def test_examples_that_are_covered_elsewhere_are(example):
    page, word = example
    test = DOCS.parent / ELSEWHERE[example]
    assert any(word in block.text for block in blocks(page)), "Gone."
    assert page in test.read_text("utf-8"), f"{test} says nothing of {page}."


# What a page expects to be there.


def before_commands(portal):
    """A log that was exported."""
    from collective.appendonly.operations.transfer import Export

    log = api.portal.get_tool("portal_activity")
    page = api.content.create(portal, "Document", "page")
    transaction.commit()
    lines = b"".join(Export(log).json_lines())
    # In another site it is not there.
    with recording_suspended():
        api.content.delete(page)
    deprovision(portal, STACK)
    provision(portal, STACK)
    transaction.commit()
    Path("activity.jsonl").write_bytes(lines)


def before_feeds(portal):
    """Bob's personal feed URL."""
    new_key("bob")
    transaction.commit()


BEFORE = {"commands.rst": before_commands, "feeds.rst": before_feeds}


# What is there when a page was read to the end.


def after_settings(portal):
    assert (
        api.portal.get_registry_record("collective.appendonly.audience") == "everybody"
    )
    assert api.portal.get_registry_record("collective.appendonly.users_left_out") == (
        "robot",
    )
    assert api.portal.get_registry_record("collective.appendonly.paths_left_out") == (
        "/intern",
    )
    column = api.portal.get_tool("portal_setup").aq_parent.restrictedTraverse(
        "++contextportlets++plone.rightcolumn"
    )
    placed = column["recent-activity"]
    assert (placed.heading, placed.scope, placed.count) == ("What’s new", "site", 5)


def after_readme(portal):
    orders = getUtility(IAppendStack, name="my.package.orders")
    assert [item for _, _, item in orders] == [b"..."]


def after_feeds(portal):
    [withholding] = logging.getLogger("my.access").filters
    assert isinstance(withholding, KeyFilter)
    assert key_created("bob") is None


def after_retention(portal):
    assert [user_id for user_id, _ in erasure_requests()] == ["bob"]


AFTERWARDS = {
    "README.rst": after_readme,
    "feeds.rst": after_feeds,
    "retention.rst": after_retention,
    "settings.rst": after_settings,
}


# The tutorial in Python


def test_the_tutorial_of_the_log_prints_what_it_shows(reader, portal, browse):
    page = "log-from-python.rst"
    before, after = blocks(page)
    reader.do(before)
    result = doctest.testfile(
        str(DOCS / page),
        module_relative=False,
        encoding="utf-8",
        globs=reader.names,
    )
    assert result.failed == 0, "See the report of doctest."
    assert result.attempted >= 25

    reader.do(after)
    app = browse("").testapp
    app.authorization = ("Basic", ("maria", "a bed of roses"))
    text = re.sub(r"<[^>]+>", " ", app.get(f"{portal.absolute_url()}/@@activity").text)
    told = " ".join(text.split())
    # Between them is the icon of a page, which has a name.
    assert "maria watered" in told
    assert "Rose bed with 10 litres" in told
