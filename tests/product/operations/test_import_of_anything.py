"""Whatever is in a file: it is refused with a message, or every output can show it."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.feed import feed
from collective.appendonly.feed.access import may_read
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.transfer import Export
from collective.appendonly.operations.transfer.incoming import change_sets as incoming
from collective.appendonly.operations.transfer.incoming import inspect
from collective.appendonly.operations.transfer.incoming import Place
from collective.appendonly.operations.transfer.records import end_record
from collective.appendonly.operations.transfer.records import HEADER
from collective.appendonly.operations.transfer.records import to_record
from collective.appendonly.operations.verification import verify
from copy import deepcopy
from datetime import datetime
from datetime import timezone
from hypothesis import example
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from io import BytesIO
from lxml import etree
from lxml import html
from plone import api
from plone.rest.interfaces import IAPIRequest
from tests.product.operations.schema import change_sets
from zope.component import getMultiAdapter
from zope.interface import alsoProvides

import json
import pytest
import transaction


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


#: Values that are wrong in most places, or odd.
ODD = [
    None,
    True,
    -1,
    7,
    0.5,
    10**30,
    float("inf"),
    "",
    " ",
    "/",
    "/news/x",
    "news/x/",
    "news//x",
    "..",
    "a/" * 900 + "a",
    "\ud800",
    "\x00\x1b\ufffe",
    "\u202e]]>&lt;",
    "<b>${actor}",
    "edited",
    "user",
    "removed",
    "x" * 3000,
    "%s {0} ${item}",
    "javascript:alert(1)",
    "0001-01-01T00:00:00+23:00",
    "0001-01-01T00:00:00Z",
    "1001-01-01T00:00:00+23:59",
    "9997-12-31T23:59:59.999-23:59",
    "9999-12-31T23:59:59-23:00",
    "2036-01-01T00:00:00Z",
    [],
    {},
    ["edited"],
    ["removed", "created"],
    ["Manager"],
    [["edited"]],
    {"path": "/x", "principals": ["Manager"]},
    {"path": "x", "principals": ["Manager"]},
    [{"count": 2**53, "principals": ["Manager"]}] * 3,
    {"version": "x"},
    {"version": [1]},
    {"a": nested(31)},
    {"a": nested(900)},
]
PLACES = [*HEADER, "time", "actor", "entries", "backfilled", "continued", "mood"]


@st.composite
def records(draw):
    """Draw the record of a change set that a manager can view, and change some values."""
    record = deepcopy(to_record(draw(change_sets)))
    for entry in record["entries"]:
        entry["principals"] = ["Manager"]
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=1)):
            entry[name] = draw(odd)
    for name in draw(st.lists(st.sampled_from(PLACES), max_size=1)):
        if draw(st.booleans()):
            record[name] = draw(odd)
    return record


NAMES = [
    "actions",
    "uid",
    "path",
    "title",
    "portal_type",
    "principals",
    "actor",
    "fields",
    "transitions",
    "old_state",
    "new_state",
    "comment",
    "source",
    "descendants",
    "discussion_item",
    "group",
    "version",
    "version_before",
    "details",
]
odd = st.sampled_from(ODD)


@st.composite
def files(draw):
    """Draw the bytes of a file, most of which can be read as one."""
    lines = [HEADER, *draw(st.lists(records(), min_size=1, max_size=3))]
    entries = sum(
        len(line["entries"]) for line in lines[1:] if isinstance(line["entries"], list)
    )
    lines.append(end_record(len(lines) - 1, entries))
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.binary(max_size=20)) + data[place:]
    return data


@pytest.fixture
def imported(portal, log):
    """Import the data of a file; return whether it was accepted. Nothing is committed."""

    def imported(data):
        transaction.abort()
        file = BytesIO(data)
        try:
            inspect(file)
            items = [each.item for each in incoming(file, Place(), log.keys)]
        except FillingError as error:
            assert str(error).endswith(".")
            str(error).encode()
            return False
        for item in items:
            log.stack.push(item, log.archive.addLayer)
        return True

    return imported


@pytest.fixture
def show(portal, log, http_request):
    """Let all outputs show the log."""
    alsoProvides(http_request, IAPIRequest)
    assert may_read(portal)

    def show():
        for name in ("activity", "activity-calendar"):
            html.fromstring(api.content.get_view(name, portal, http_request)())
        for name in ("activity.atom", "activity.rss"):
            text = api.content.get_view(name, portal, http_request)()
            etree.fromstring(text if isinstance(text, bytes) else text.encode())
        service = "GET_application_json_@activity"
        reply = getMultiAdapter((portal, http_request), name=service).reply()
        json.dumps(reply, allow_nan=False, ensure_ascii=False).encode()
        export = Export(log)
        for lines in (export.json_lines(), export.comma_separated()):
            b"".join(lines).decode()
        assert export.unreadable == 0

    return show


#: What verify says of times in any order.
OF_TIMES = "has a time in the future", ", which was recorded later, has "


def check(portal, log, imported, show, data):
    if not imported(data):
        return
    found = verify(portal, log)
    assert [
        problem
        for problem in found.problems
        if not any(words in problem for words in OF_TIMES)
    ] == []
    show()


def trying(examples):
    return settings(
        max_examples=examples,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.large_base_example,
        ],
        database=None,
    )


@trying(25)
@given(data=files())
@example(data=b"")
@example(data=b"\x00" * 100)
def test_a_file_is_refused_or_every_output_shows_what_is_in_it(
    portal, log, imported, show, data
):
    check(portal, log, imported, show, data)


@pytest.mark.large
@trying(200)
@given(data=files() | st.binary(max_size=300))
def test_many_files_are_refused_or_every_output_shows_what_is_in_them(
    portal, log, imported, show, data
):
    check(portal, log, imported, show, data)


RECORD = {
    "time": "2026-11-23T09:30:00Z",
    "actor": "jane",
    "entries": [
        {
            "actions": ["edited"],
            "uid": "0" * 32,
            "path": "news/x",
            "title": "X",
            "portal_type": "Document",
            "principals": ["Manager"],
        }
    ],
}


@pytest.mark.parametrize("name", NAMES)
def test_each_odd_value_in_a_place_is_refused_or_verified(portal, log, imported, name):
    accepted = 0
    for value in ODD:
        record = deepcopy(RECORD)
        record["entries"][0][name] = value
        lines = HEADER, record, end_record(1, 1)
        data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        if imported(data):
            accepted += 1
            assert verify(portal, log).problems == []
    assert 0 < accepted < len(ODD)


@pytest.mark.parametrize(
    "path", ["/news/x", "//news//x/", "/", "news/../x", "./x", "a/" * 3000]
)
def test_a_path_that_1_0_0a1_has_imported_is_shown_and_reported(
    portal, log, show, path
):
    entry = Entry(("edited",), "0" * 32, path, "X", "Document", ("Manager",))
    item = encode(
        ChangeSet(datetime(2026, 1, 1, tzinfo=timezone.utc), "jane", (entry,))
    )
    for _ in range(30):
        log.stack.push(item, log.archive.addLayer)
    assert [each.entries[0].title for each in feed(portal).items][:1] == ["X"]
    show()
    found = verify(portal, log)
    assert found.count == 30
    assert "has invalid path in entry 1: " in found.problems[0]
