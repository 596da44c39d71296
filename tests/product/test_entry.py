"""The codec of change sets: what is stored stays readable."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.entry import UnknownFormat
from datetime import datetime
from datetime import timezone
from hypothesis import given
from hypothesis import strategies as st

import pytest


# Any string that Python can hold, lone surrogates included: titles come from anywhere.
texts = st.text(st.characters(exclude_categories=()), max_size=20)
names = st.lists(texts, max_size=3).map(tuple)
maybe = st.none() | texts.filter(bool)
numbers = st.integers(0)
versions = st.just({}) | st.fixed_dictionaries(
    {"version": numbers, "version_before": st.none() | numbers}
)
entries = st.builds(
    lambda versions, **others: Entry(**versions, **others),
    versions=versions,
    actions=st.lists(texts, min_size=1, max_size=3).map(tuple),
    uid=texts,
    path=texts,
    title=texts,
    portal_type=texts,
    principals=names,
    actor=st.none() | texts,
    fields=names,
    transitions=names,
    old_state=maybe,
    new_state=maybe,
    comment=texts,
    source=st.none() | st.builds(Source, texts, names),
    descendants=st.lists(st.tuples(st.integers(1), names), max_size=3).map(tuple),
    details=st.dictionaries(texts, st.integers() | texts | st.booleans(), max_size=3),
)
change_sets = st.builds(
    ChangeSet,
    time=st.datetimes(
        datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(timezone.utc)
    ).map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)),
    actor=st.none() | texts,
    entries=st.lists(entries, min_size=1, max_size=4).map(tuple),
)

GOLDEN_CHANGE_SET = ChangeSet(
    time=datetime(2026, 11, 23, 9, 30, 0, 123000, tzinfo=timezone.utc),
    actor="jane",
    entries=(
        Entry(
            actions=("moved", "edited", "transitioned"),
            uid="5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",
            path="news/party",
            title="Die Gründung: 10 Jahre",
            portal_type="News Item",
            principals=("Anonymous",),
            actor="jane",
            fields=("description", "title"),
            transitions=("submit", "publish"),
            old_state="private",
            new_state="published",
            comment="Looks good",
            source=Source("drafts/party", ("Editor", "user:jane")),
            descendants=((3, ("Anonymous",)), (1, ("Editor", "user:jane"))),
        ),
        Entry(
            actions=("downloaded",),
            uid="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            path="minutes.pdf",
            title="Minutes",
            portal_type="File",
            principals=("Editor", "user:jane"),
            actor=None,
            details={"pages": 4},
        ),
    ),
)
GOLDEN_BYTES = (
    '1{"t":1795426200123,"a":"jane","p":[["Anonymous"],["Editor","user:jane"]],"e":['
    '{"x":["moved","edited","transitioned"],"u":"5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",'
    '"/":"news/party","n":"Die Gründung: 10 Jahre","y":"News Item","p":0,'
    '"f":["description","title"],"w":["submit","publish"],"o":"private","s":"published",'
    '"c":"Looks good","m":["drafts/party",1],"d":[[3,0],[1,1]]},'
    '{"x":["downloaded"],"u":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","/":"minutes.pdf",'
    '"n":"Minutes","y":"File","p":1,"+":{"pages":4},"a":null}]}'
).encode()

# What has come to format 1 since: records without it are read as before.
GOLDEN_WITH_VERSIONS = ChangeSet(
    time=datetime(2026, 11, 23, 9, 30, 0, 123000, tzinfo=timezone.utc),
    actor="jane",
    entries=(
        Entry(
            actions=("checked_in",),
            uid="5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",
            path="news/party",
            title="Party",
            portal_type="Document",
            principals=("Anonymous",),
            actor="jane",
            fields=("text",),
            version=3,
            version_before=1,
        ),
        Entry(
            actions=("edited",),
            uid="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            path="news/ball",
            title="Ball",
            portal_type="Document",
            principals=("Anonymous",),
            actor="jane",
            version=0,
        ),
    ),
)
GOLDEN_BYTES_WITH_VERSIONS = (
    b'1{"t":1795426200123,"a":"jane","p":[["Anonymous"]],"e":['
    b'{"x":["checked_in"],"u":"5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f","/":"news/party",'
    b'"n":"Party","y":"Document","p":0,"f":["text"],"v":[3,1]},'
    b'{"x":["edited"],"u":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","/":"news/ball",'
    b'"n":"Ball","y":"Document","p":0,"v":[0,null]}]}'
)


@given(change_sets)
def test_a_change_set_comes_back_as_it_was_stored(change_set):
    assert decode(encode(change_set)) == change_set


def test_format_1_is_written_as_it_always_was():
    assert encode(GOLDEN_CHANGE_SET) == GOLDEN_BYTES


def test_format_1_is_read_as_it_always_was():
    assert decode(GOLDEN_BYTES) == GOLDEN_CHANGE_SET


def test_versions_are_written_and_read_as_they_always_were():
    assert encode(GOLDEN_WITH_VERSIONS) == GOLDEN_BYTES_WITH_VERSIONS
    assert decode(GOLDEN_BYTES_WITH_VERSIONS) == GOLDEN_WITH_VERSIONS


@pytest.mark.parametrize("data", [b"", b"2{}", b"\x80\x04K*."])
def test_a_format_of_a_later_version_is_refused_with_the_remedy(data):
    with pytest.raises(UnknownFormat, match="Upgrade the package"):
        decode(data)


def test_an_ordinary_edit_takes_less_than_300_bytes():
    edit = ChangeSet(
        time=datetime(2026, 11, 23, tzinfo=timezone.utc),
        actor="jane",
        entries=(
            Entry(
                actions=("edited",),
                uid="5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",
                path="projects/garden/opening-hours",
                title="Opening hours of the garden",
                portal_type="Document",
                principals=("Contributor", "Editor", "Manager", "Reader", "user:jane"),
                actor="jane",
                fields=("text",),
                version=12,
                version_before=11,
            ),
        ),
    )
    assert len(encode(edit)) < 300
