"""The bounds of an entry: no value makes an item large, and none discloses more when it is cut."""

from collective.appendonly.bounds import bounded
from collective.appendonly.bounds import DETAILS
from collective.appendonly.bounds import size_of
from collective.appendonly.bulk import encoded
from collective.appendonly.bulk import from_item
from collective.appendonly.bulk import INLINE_BYTES
from collective.appendonly.bulk import join
from collective.appendonly.bulk import to_item
from collective.appendonly.compression import MAX_TEXT
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import Source
from collective.appendonly.keys import Keys
from collective.appendonly.validation import flaws
from dataclasses import fields
from dataclasses import replace
from datetime import datetime
from datetime import timezone

import pytest


TIME = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
PAGE = Entry(
    actions=("edited",),
    uid="0123456789abcdef0123456789abcdef",
    path="news/party",
    title="Party",
    portal_type="Document",
    principals=("Editor", "user:ann"),
    actor="jane",
)
#: All values are as large as they may be.
FULL = Entry(
    actions=("a" * 100,) * 100,
    uid="u" * 500,
    path="p" * 2000,
    title="t" * 500,
    portal_type="y" * 500,
    principals=tuple(f"user:{number:05}" for number in range(50_000)),
    actor="a" * 500,
    fields=("f" * 500,) * 100,
    transitions=("w" * 500,) * 100,
    old_state="o" * 500,
    new_state="s" * 500,
    comment="c" * 2000,
    source=Source("m" * 2000, tuple(f"user:{n:05}" for n in range(50_000))),
    descendants=((1, ("Reader",) * 50),) * 100,
    discussion_item="q" * 500,
    group="g" * 500,
    version=10**9,
    version_before=10**9,
    details={"+": "d" * (DETAILS - 8)},
    values={f"{number:02}": ["x" * 94, None] for number in range(37)},
    roles={"tom": [["r" * (DETAILS - 17)], []]},
)


@pytest.mark.parametrize("entry", [PAGE, FULL])
def test_an_entry_within_the_bounds_stays(entry):
    assert bounded(entry) is entry


@pytest.mark.parametrize(
    "name, value, cut",
    [
        ("title", "ä" * 501, "ä" * 499 + "…"),
        ("title", "t" * 110_000, "t" * 499 + "…"),
        ("comment", "c" * 2001, "c" * 1999 + "…"),
        ("comment", "c" * 10_000_000, "c" * 1999 + "…"),
        ("portal_type", "y" * 501, "y" * 499 + "…"),
        ("actor", "a" * 501, "a" * 499 + "…"),
        ("new_state", "s" * 501, "s" * 499 + "…"),
        ("group", "g" * 501, "g" * 499 + "…"),
        ("fields", ("f" * 501, "g"), ("f" * 499 + "…", "g")),
        ("actions", ("a" * 300,), ("a" * 100,)),
        ("actions", ("edited",) * 101, ("edited",) * 100),
        (
            "fields",
            tuple(f"{number}" for number in range(101)),
            (*[f"{number}" for number in range(98)], "…", "100"),
        ),
        (
            "transitions",
            ("submit", "publish") * 5000,
            (*("submit", "publish") * 49, "…", "publish"),
        ),
        ("details", {"a": "d" * 200_000}, {"a": "…"}),
        (
            "values",
            {"a": ["x" * 201, "y"], "b": [["x" * 101, "y" * 100], []], "c": [1, 2]},
            {"c": [1, 2]},
        ),
        (
            "values",
            {f"{number:03}": [None, "ä" * 200] for number in range(500)},
            {f"{number:03}": [None, "ä" * 200] for number in range(9)},
        ),
        (
            "roles",
            {f"user {number:04}": [[], ["Reader"]] for number in range(1000)},
            {f"user {number:04}": [[], ["Reader"]] for number in range(282)},
        ),
        (
            "details",
            {"a": [1] * 2000, "b": ["x" * 5000], "c": 3},
            {"a": [1] * 2000, "b": "…", "c": 3},
        ),
        (
            "descendants",
            tuple((number, (f"user:{number}",)) for number in range(150)),
            tuple((number, (f"user:{number}",)) for number in range(149, 49, -1)),
        ),
    ],
)
def test_a_value_beyond_the_bounds_is_cut(name, value, cut):
    assert bounded(replace(PAGE, **{name: value})) == replace(PAGE, **{name: cut})


def test_details_with_many_names_are_cut():
    many = {f"name {number}": number for number in range(10_000)}
    details = bounded(replace(PAGE, details=many)).details
    assert size_of(details) <= DETAILS
    assert list(details.items()) == list(many.items())[: len(details)]
    assert len(details) > 300


MANY = ("Editor", *(f"user:{number:07}" for number in range(100_000)))


def test_of_too_many_principals_some_are_left_out():
    entry = replace(
        PAGE,
        principals=MANY,
        source=Source("old", MANY),
        descendants=((9, MANY), (5, ("Editor",)), (1, ("user:ann",))),
    )
    after = bounded(entry)
    kept = after.principals
    assert kept == MANY[: len(kept)]
    assert 40_000 < len(kept) < 50_000
    assert after.source == Source("old", kept)
    assert after.descendants == ((5, ("Editor",)), (1, ("user:ann",)))


@pytest.mark.parametrize("name", ["uid", "path", "discussion_item"])
def test_an_entry_about_something_that_cannot_be_identified_is_visible_to_nobody(name):
    after = bounded(replace(PAGE, **{name: "x/" * 1001}))
    assert after.principals == ()
    assert getattr(after, name).endswith("…")


@pytest.mark.parametrize("name", ["title", "comment", "actor", "new_state", "group"])
def test_a_lone_surrogate_becomes_a_question_mark(name):
    entry = replace(PAGE, **{name: "Par\ud800ty 🎉"})
    assert bounded(entry) == replace(PAGE, **{name: "Par?ty 🎉"})


def test_a_principal_or_an_object_with_a_lone_surrogate_is_no_other_one():
    entry = replace(PAGE, principals=("Editor", "user:\ud800"))
    assert bounded(entry).principals == ("Editor",)
    for name in ("uid", "path", "discussion_item"):
        after = bounded(replace(PAGE, **{name: "a\ud800"}))
        assert (getattr(after, name), after.principals) == ("a?", ())
    source = Source("a\ud800", ("Editor",))
    assert bounded(replace(PAGE, source=source)).source == Source("a?")


def test_a_source_that_cannot_be_identified_is_visible_to_nobody():
    entry = replace(PAGE, source=Source("x/" * 1001, ("Anonymous",)))
    assert bounded(entry) == replace(PAGE, source=Source("x/" * 999 + "x…"))


def beyond(value):
    """Return a value of the same type that is too large."""
    match value:
        case str():
            return "\x00" * 300_000
        case dict():
            return {"\x00" * 300_000: "\x00" * 300_000, "a": ["\x00"] * 100_000}
        case Source():
            return Source(beyond(""), beyond(()))
        case ((int(), _), *_):
            return tuple((number, beyond(())) for number in range(110))
        case (name, *_) if name == "a" * 100:
            return ("a" * 300_000,) * 300
        case tuple():
            return tuple("\x00" * number for number in range(1, 1200))
        case _:
            return value


def test_whatever_is_too_large_is_cut_and_read_again():
    values = {each.name: beyond(getattr(FULL, each.name)) for each in fields(Entry)}
    item = to_item(ChangeSet(TIME, "\x00" * 300_000, (Entry(**values),)))
    [part] = from_item(item)
    assert part.actor == part.entries[0].actor == "\x00" * 499 + "…"
    assert bounded(part.entries[0]) == part.entries[0]
    assert list(flaws(part)) == []
    # JSON escapes each of these characters with six.
    [data] = encoded(item)
    assert len(plain_text(data)) < MAX_TEXT


def test_a_change_set_of_cut_entries_may_stay_in_the_record_of_the_stack():
    whole = ChangeSet(TIME, "jane", (replace(PAGE, comment="c" * 10_000_000),))
    item = to_item(whole, Keys("5ec4e7"))
    assert isinstance(item, bytes)
    assert len(item) < INLINE_BYTES


def test_parts_that_are_joined_are_cut_as_well():
    long = ChangeSet(TIME, "a" * 501, (replace(PAGE, title="t" * 501),) * 30)
    [part] = from_item(join([long]))
    assert part.actor == "a" * 499 + "…"
    assert {entry.title for entry in part.entries} == {"t" * 499 + "…"}
