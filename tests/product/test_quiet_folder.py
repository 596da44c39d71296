"""A folder in which little happens, after very many edits elsewhere."""

from collective.appendonly.entry import ChangeSet
from datetime import timedelta
from lxml import etree
from lxml import html
from tests.product.browser.conftest import lines  # noqa: F401
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import functional  # noqa: F401
from tests.product.feed.conftest import garden  # noqa: F401
from tests.product.feed.conftest import push  # noqa: F401
from tests.product.portlets.conftest import place  # noqa: F401

import json
import pytest
import transaction


#: The newest first.
TITLES = ["Hours", "Garden", "Hours"]
LINES = [
    "Jane Miller moved Page Hours",
    "Jane Miller edited Folder Garden",
    "Jane Miller edited Page Hours",
]


@pytest.fixture
def quiet(garden, push, jane, log, configure):  # noqa: F811
    """A folder with three changes, before 10 000 changes elsewhere."""
    configure(audience="everybody")
    push("garden/hours", 1)
    push("garden", 2)
    push("garden/hours", 3, actions=("moved",))
    elsewhere = (push.entry("party", actor="jane"),)
    for number in range(10_000):
        log.push(ChangeSet(BEGIN + timedelta(minutes=4 + number), "jane", elsewhere))
        if number % 500 == 0:
            transaction.commit()
            log._p_jar.cacheGC()
    transaction.commit()
    return garden["garden"]


@pytest.mark.whole_pages
def test_each_output_shows_what_happened_in_a_quiet_folder(
    quiet,
    place,  # noqa: F811
    lines,  # noqa: F811
    browse,
):
    place(quiet)
    folder = browse("/garden", user="jane").contents
    page = browse("/garden/@@activity", user="jane").contents
    for contents, part in [
        (folder, "#section-activity"),
        (folder, ".portletActivity"),
        (page, "#activity-list"),
    ]:
        [found] = html.fromstring(contents).cssselect(part)
        assert lines(html.tostring(found)) == LINES
    assert "Show older activity" not in page

    for name, path in [
        ("activity.atom", ".//{http://www.w3.org/2005/Atom}entry"),
        ("activity.rss", ".//item"),
    ]:
        feed = etree.fromstring(browse(f"/garden/@@{name}").contents.encode())
        assert len(feed.findall(path)) == len(LINES)

    rest = browse("/garden/@activity", user="jane", Accept="application/json")
    answer = json.loads(rest.contents)
    assert [item["entries"][0]["title"] for item in answer["items"]] == TITLES
    assert "next" not in answer.get("batching", {})
