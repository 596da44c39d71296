"""What is shown in the place of odd values, and of what raises."""

from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.guard import json_value
from collective.appendonly.guard import local_time
from collective.appendonly.guard import printable
from collective.appendonly.guard import readable
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.validation import invalid_names
from dataclasses import fields
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from Missing import Value as Missing
from tests.product.chaos.odd import JSON_VALUES
from tests.product.chaos.odd import Spiteful
from ZODB.POSException import POSKeyError
from ZODB.POSException import ReadConflictError
from zoneinfo import available_timezones
from zoneinfo import ZoneInfo
from zope.i18nmessageid import Message

import json
import pytest


class Shouting(str):
    """Text of an add-on, with methods of its own."""

    def __str__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "value, text",
    [
        ("Rose bed", "Rose bed"),
        ("Straße \U0001f331\n", "Straße \U0001f331\n"),
        (b"Stra\xc3\x9fe", "Straße"),
        (b"Stra\xdfe", "Stra\ufffde"),
        (7, "7"),
        (-1.5, "-1.5"),
        (Message("Page", "plone"), "Page"),
        (Shouting("Rose bed"), "Rose bed"),
        (Shouting("Rose\x00bed"), "Rose\ufffdbed"),
        ("Half \ud83d of a sign", "Half ? of a sign"),
        ("\x00\x0b\x1b\ufffe", "\ufffd" * 4),
        ("\u202eturned", "\u202eturned"),
        *((value, "") for value in (None, Missing, [], ["a"], {}, (), int, Spiteful())),
    ],
)
def test_any_value_becomes_text(value, text):
    found = text_of(value)
    assert (found, type(found)) == (text, str)
    found.encode("utf-8")


@pytest.mark.parametrize(
    "value, text",
    [
        ("\u202eturned", "turned"),
        ("\u2066in\u2069 \u202ain\u202c \u2067in\u2069 \u2068in\u2069", "in in in in"),
        # These marks have no end, and are part of how a word is written.
        ("נ\u200fאב \u200e1\u061c", "נ\u200fאב \u200e1\u061c"),
        (b"\xe2\x80\xaeturned", "turned"),
        (None, ""),
    ],
)
def test_no_text_changes_the_direction_of_others(value, text):
    assert printable(value) == text


def test_a_json_value_can_be_read_by_any_client():
    deep = []
    for _ in range(900):
        deep = [deep]
    value = {
        "number": 7,
        "no numbers": [float("nan"), float("inf"), -float("inf")],
        "\ud800": ("\x00", None, True),
        b"bytes": Missing,
        "deep": deep,
    }
    found = json_value(value)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    shallow = "…"
    for _ in range(20):
        shallow = [shallow]
    assert found == {
        "number": 7,
        "no numbers": [None, None, None],
        "?": ["\ufffd", None, True],
        "bytes": "",
        "deep": shallow,
    }


def test_each_time_exists_in_each_time_zone():
    for time in (datetime.min, datetime.max, datetime(2026, 11, 28)):
        shown_time = local_time(time.replace(tzinfo=timezone.utc))
        assert (shown_time == time.replace(tzinfo=timezone.utc)) == (time.year == 2026)
        for name in available_timezones():
            assert shown_time.astimezone(ZoneInfo(name)).year in (1, 2026, 9999)


GOOD = Entry(
    actions=("moved", "edited"),
    uid="1",
    path="news/party",
    title="Party",
    portal_type="Document",
    principals=("Anonymous",),
    actor="jane",
    fields=("title",),
    source=Source("party", ("Anonymous",)),
    descendants=((3, ("Anonymous",)),),
    version=2,
    details={"a": [1, 2]},
)


def test_an_entry_in_order_stays_the_same():
    assert readable(GOOD) is GOOD


def test_an_odd_entry_gets_values_that_all_outputs_can_show():
    odd = Entry(
        actions=("edited", None, 7),
        uid=None,
        path=["a"],
        title=7,
        portal_type=None,
        principals=("Anonymous",),
        actor=["jane"],
        fields="title",
        transitions={"a": 1},
        old_state=7,
        new_state="",
        source=Source(None),
        descendants=((None, ("a",)), (2, ("a", ["b"]))),
        discussion_item={},
        group=b"gang",
        version="2",
        version_before=1.5,
        details=["a"],
        values={b"title": ["a", b"b"], "tags": [[7, None], {}], "odd": ["alone"]},
        roles=["a"],
    )
    assert readable(odd) == Entry(
        actions=("edited", "7"),
        uid="",
        path="",
        title="7",
        portal_type="",
        principals=("Anonymous",),
        old_state="7",
        descendants=((2, ("a",)),),
        group="gang",
        values={"title": ["a", "b"], "tags": [["7"], None]},
    )


# Reading the log makes sure that these have the types that they declare.
TYPED = {"principals", "descendants"}


@pytest.mark.parametrize("name", sorted({each.name for each in fields(Entry)} - TYPED))
def test_no_attribute_of_an_entry_can_break_an_output(name):
    for value in [
        *JSON_VALUES,
        *([value] for value in JSON_VALUES),
        *({"title": [value, ["a", value]]} for value in JSON_VALUES),
        *(Source("party", ("Anonymous",), value) for value in JSON_VALUES),
    ]:
        found = readable(replace(GOOD, **{name: value}))
        if found is not None:
            # Names and numbers that nothing has are of the right type.
            others = {"actions", "path", "version", "version_before"}
            assert not set(invalid_names(found)) - others, value
            assert readable(found) is found


@pytest.mark.parametrize("actions", [(), (None,), ("", [])])
def test_an_entry_without_an_action_is_left_out(actions):
    assert readable(Entry(actions, "1", "party", "Party", "Document", ())) is None


def test_what_raises_is_logged_once_for_each_cause(caplog):
    def divide():
        return 1 / 0

    def take():
        return [][0]

    for find in (divide, divide, take, divide, take):
        assert shown(find, "plain", "%s of %r failed.", find.__name__, "a") == "plain"
    assert shown(divide, None, "Another: %r.", Spiteful()) is None
    messages = [(r.getMessage(), r.exc_info[0]) for r in caplog.records]
    assert messages == [
        ("divide of 'a' failed.", ZeroDivisionError),
        ("take of 'a' failed.", IndexError),
        ("Another: ''.", ZeroDivisionError),
    ]


def test_lost_objects_are_shown_plainly_and_conflicts_are_retried(caplog):
    def raising(error):
        def find():
            raise error

        return find

    assert shown(raising(POSKeyError(b"\0" * 8)), "plain", "Lost.") == "plain"
    assert [record.getMessage() for record in caplog.records] == ["Lost."]
    with pytest.raises(ReadConflictError):
        shown(raising(ReadConflictError()), "plain", "A conflict.")
    with pytest.raises(KeyboardInterrupt):
        shown(raising(KeyboardInterrupt()), "plain", "The end.")
    assert len(caplog.records) == 1
