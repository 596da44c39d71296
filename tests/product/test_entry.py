"""The codec of change sets: what is stored stays readable."""

from collective.appendonly.compression import deflated
from collective.appendonly.compression import DICTIONARY
from collective.appendonly.compression import MAX_TEXT
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import decode_if
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import folders_above
from collective.appendonly.entry import mention
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import Source
from collective.appendonly.entry import UnknownFormat
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from hashlib import sha256
from hypothesis import given
from hypothesis import strategies as st
from pathlib import Path

import pytest
import re
import zlib


# Any string that Python can hold, lone surrogates included: 1.0.0a1 stored what came.
texts = st.text(st.characters(exclude_categories=()), max_size=20)
names = st.lists(texts, max_size=3).map(tuple)
maybe = st.none() | texts.filter(bool)
numbers = st.integers(0)
versions = st.just({}) | st.fixed_dictionaries(
    {"version": numbers, "version_before": st.none() | numbers}
)
scalars = st.none() | st.booleans() | st.integers() | texts
pairs = st.dictionaries(
    texts, st.tuples(*[scalars | st.lists(texts, max_size=2)] * 2).map(list), max_size=2
)
roles = st.dictionaries(
    texts, st.tuples(*[st.lists(texts, max_size=2)] * 2).map(list), max_size=2
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
    source=st.none() | st.builds(Source, texts, names, texts),
    descendants=st.lists(st.tuples(st.integers(1), names), max_size=3).map(tuple),
    details=st.dictionaries(texts, st.integers() | texts | st.booleans(), max_size=3),
    values=pairs,
    roles=roles,
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

GOLDEN_WITH_SOURCE = ChangeSet(
    time=datetime(2026, 11, 28, 9, 30, 0, 123000, tzinfo=timezone.utc),
    actor="jane",
    entries=(
        Entry(
            actions=("copied",),
            uid="5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",
            path="news/party",
            title="Party",
            portal_type="Document",
            principals=("Anonymous",),
            actor="jane",
            source=Source("ball", ("user:jane",), "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        ),
    ),
)
GOLDEN_BYTES_WITH_SOURCE = (
    b'1{"t":1795858200123,"a":"jane","p":[["Anonymous"],["user:jane"]],"e":['
    b'{"x":["copied"],"u":"5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",'
    b'"/":"news/party","n":"Party","y":"Document","p":0,'
    b'"m":["ball",1,"0f1e2d3c4b5a69788796a5b4c3d2e1f0"]}]}'
)


# The same change sets in format 2. Another zlib may deflate to other bytes, so these are read.
GOLDEN_WITH_VALUES = ChangeSet(
    time=datetime(2026, 11, 28, 21, tzinfo=timezone.utc),
    actor="jane",
    entries=(
        Entry(
            actions=("edited", "shared"),
            uid="5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f",
            path="news/party",
            title="Party",
            portal_type="Event",
            principals=("Anonymous",),
            actor="jane",
            fields=("title", "subjects", "whole_day", "expires"),
            values={
                "title": ["Fete", "Party"],
                "subjects": [["old"], ["garden", "new"]],
                "whole_day": [False, True],
                "expires": [None, "2027-01-01T00:00:00+00:00"],
            },
            roles={"tom": [["Contributor"], ["Editor", "Reader"]]},
        ),
    ),
)
GOLDEN_BYTES_WITH_VALUES = (
    b'1{"t":1795899600000,"a":"jane","p":[["Anonymous"]],"e":[{"x":["edited","shared"],'
    b'"u":"5c1f9d0e8a7b4c6d9e0f1a2b3c4d5e6f","/":"news/party","n":"Party","y":"Event",'
    b'"p":0,"f":["title","subjects","whole_day","expires"],'
    b'"=":{"title":["Fete","Party"],"subjects":[["old"],["garden","new"]],'
    b'"whole_day":[false,true],"expires":[null,"2027-01-01T00:00:00+00:00"]},'
    b'"r":{"tom":[["Contributor"],["Editor","Reader"]]}}]}'
)
GOLDEN_DEFLATED = bytes.fromhex(
    "3295964b0ac2301040afd2031449d2266d5c0b82e809c445da99f8a529551117decc9d1773ec271615d1"
    "6d0861e665e6cdb460b58c85128c7111354837a6c04f2186f327d11a4e7df125f2ce095f4d26736e3530"
    "4c4d92c5b9028dcc7223b2288f41a2b27d0195b4c49cdbd4476b0cc6d5ed5ac0b1580e03ce82895955f8"
    "8f0e7ca3f6875df86b3936b36ceadc761f2c9d834ec950197bf0b1727aa5967344220849077cb1f08d0c"
    "ee54ec1c55a1a741b9a300ca3d9346e9244d13ad8c24301108e496b534a82a8f07dc0f4ab02d8e5973f2"
    "e6509a09f552f5d87e29fef8e29b867efd0e"
)
GOLDEN_DEFLATED_WITH_VERSIONS = bytes.fromhex(
    "328d963d12c42008462fb405a2a2b47b82bd020a16293269f7f68b136736458a7474eff1f9032b58ce09"
    "090102c633d24d767b70f6ffb9be34730f8315ac4a69a993b2c108822df6a4d9685cbf95c35793ef6ae8"
    "b3ea67f271cadfbf0ac719aae35a16e2526b6192ec2e51d1c280ab40f379bbf8efb3bcc54f22bce67d9b"
    "89fd00"
)
GOLDEN_DEFLATED_WITH_SOURCE = bytes.fromhex(
    "326d96310ec3300845efd23903c6c1865b74ef840d1e3a545d7bfb22c7431b65434202fe9778b08c1562"
    "620448980f4b9ffaf2ab11b7c7e1c9cc9f7df9e303f534c4c0596bdb7b31711849b1e5be1b7919bf8079"
    "c793f259d2ee2bbe9431d9d7e24cdeb6805e1474b428d8488b54e62a4529ba65434f03e62e7f01"
)
STORAGE_FORMAT = Path(__file__).parents[2] / "docs" / "storage-format.rst"


@given(change_sets)
def test_a_change_set_comes_back_as_it_was_stored(change_set):
    assert decode(encode(change_set)) == change_set


GOLDEN_DEFLATED_WITH_VALUES = bytes.fromhex(
    "328306aca5a985a5a59901084082342b312f956827eac02a56a85b4d930dd32c530c522d12cd"
    "934c92cd522c530dd20c138d928c934d524c53cdd290cb960260fba412eaab00281b47990fc9"
    "5f283917d17841b4e0808eb005352720ca81fadc52c1890a627a2c927e90df80a50a502c5a29"
    "3db108d4b40035ddcac1de44186d159d9698539caa5352549a1a8bb0c72a1a9c04958c0c8ccc"
    "750d0c8128c4c0c00a8cb4c124b02801968b60a7e4e762244d90a5f0c4094d92b1b1b5c03801"
    "00"
)


GOLDEN = [
    (GOLDEN_CHANGE_SET, GOLDEN_BYTES, GOLDEN_DEFLATED),
    (GOLDEN_WITH_VERSIONS, GOLDEN_BYTES_WITH_VERSIONS, GOLDEN_DEFLATED_WITH_VERSIONS),
    (GOLDEN_WITH_SOURCE, GOLDEN_BYTES_WITH_SOURCE, GOLDEN_DEFLATED_WITH_SOURCE),
    (GOLDEN_WITH_VALUES, GOLDEN_BYTES_WITH_VALUES, GOLDEN_DEFLATED_WITH_VALUES),
]


@pytest.mark.parametrize("change_set, plain, deflated", GOLDEN)
def test_both_formats_are_read_as_they_always_were(change_set, plain, deflated):
    assert decode(plain) == change_set
    assert decode(deflated) == change_set


@pytest.mark.parametrize("change_set, plain, deflated", GOLDEN)
def test_format_2_has_the_text_of_format_1(change_set, plain, deflated):
    assert plain_text(plain) == plain[1:]
    assert plain_text(deflated) == plain[1:]
    written = encode(change_set)
    assert written[:1] == b"2"
    assert plain_text(written) == plain[1:]


@pytest.mark.parametrize("change_set, plain, deflated", GOLDEN)
def test_format_1_is_written_as_1_0_0a1_wrote_it(change_set, plain, deflated):
    assert encode(change_set, plain=True) == plain


def test_the_dictionary_of_format_2_never_changes():
    assert (
        sha256(DICTIONARY).hexdigest()
        == "0b75b3f596b238b0ca00521e773e7c99625f0d942dd71a167b93339e8a57ed13"
    )


@given(change_sets, st.booleans())
def test_a_change_set_is_found_by_each_principal_in_it(change_set, plain):
    data = encode(change_set, plain)
    assert decode_if(data, []) == change_set
    for entry in change_set.entries:
        for principal in entry.principals:
            assert decode_if(data, [mention(principal)]) == change_set


def test_a_change_set_without_what_is_looked_for_is_not_decoded():
    entry = Entry(("edited",), "uid", "page", "Page", "Document", ("Authenticated",))
    data = encode(
        ChangeSet(datetime(2026, 7, 1, tzinfo=timezone.utc), "jane", (entry,))
    )
    assert decode_if(data, [mention("user:max"), mention("Authenti")]) is None
    assert decode_if(data, [mention("user:max"), mention("Authenticated")])
    with pytest.raises(UnknownFormat):
        decode_if(b"3 later", [mention("user:max")])


def blocks_of_docs(kind):
    """Return the text of the blocks of a kind in docs/storage-format.rst."""
    found = re.findall(
        rf"^\.\. code-block:: {kind}\n\n((?:(?:   .*)?\n)+)",
        STORAGE_FORMAT.read_text(),
        re.MULTILINE,
    )
    return [re.sub("^   ", "", block, flags=re.MULTILINE) for block in found]


@pytest.mark.parametrize("change_set, plain, deflated", GOLDEN)
def test_items_are_read_without_the_package_as_documented(change_set, plain, deflated):
    [dictionary], [recipe] = blocks_of_docs("text"), blocks_of_docs("python")
    assert dictionary.replace("\n", "").encode() == DICTIONARY
    names = {"DICTIONARY": DICTIONARY}
    exec(recipe, names)
    assert names["read"](plain) == names["read"](deflated)
    assert names["read"](deflated)["a"] == change_set.actor


@pytest.mark.parametrize("data", [b"", b"3{}", b"\x80\x04K*."])
def test_a_format_of_a_later_version_is_refused_with_the_remedy(data):
    with pytest.raises(UnknownFormat, match="Upgrade the package"):
        decode(data)


def texts_of(*texts):
    return [
        version for text in texts for version in (b"1" + text, b"2" + deflated(text))
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"2",
        b"2 later",
        GOLDEN_DEFLATED[:-1],
        GOLDEN_DEFLATED + b" ",
        b"2" + GOLDEN_BYTES[1:],
        b"2" + zlib.compress(GOLDEN_BYTES[1:]),
        *texts_of(
            b"",
            b"{",
            b"{}",
            b"[]",
            b"null",
            b"\xff",
            b"[" * 100_000,
            b'{"t":0,"a":null,"p":[],"e":[7]}',
            b'{"t":0,"a":null,"p":[],"e":[{"x":["edited"]}]}',
            b'{"t":1e400,"a":null,"p":[],"e":[]}',
            b'{"t":99999999999999999,"a":null,"p":[],"e":[]}',
        ),
    ],
)
def test_damaged_data_is_refused(data):
    with pytest.raises(UnknownFormat, match="A change set is damaged"):
        decode(data)


@pytest.mark.parametrize("golden", [GOLDEN_DEFLATED, GOLDEN_DEFLATED_WITH_VERSIONS])
@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_a_damaged_byte_is_survived_wherever_it_is(golden, mask):
    for place in range(len(golden)):
        data = bytearray(golden)
        data[place] ^= mask
        try:
            decode(bytes(data))
        except UnknownFormat:
            pass


def test_text_is_inflated_up_to_a_bound():
    bomb = deflated(b" " * (MAX_TEXT + 1))
    assert len(bomb) < 20_000
    with pytest.raises(UnknownFormat, match="A change set is damaged"):
        decode(b"2" + bomb)


def test_text_beyond_the_bound_is_stored_as_it_is():
    """1.0.0a1 had no bounds. An erasure rewrites what it recorded."""
    [entry, _] = GOLDEN_WITH_VERSIONS.entries
    long = ChangeSet(
        GOLDEN_WITH_VERSIONS.time, "jane", (replace(entry, comment="c" * MAX_TEXT),)
    )
    data = encode(long)
    assert data[:1] == b"1"
    assert decode(data) == long


def test_an_ordinary_edit_takes_less_than_120_bytes():
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
    assert len(encode(edit)) < 120


@pytest.mark.parametrize(
    "path, folders",
    [
        ("", []),
        ("x", []),
        ("news/x", ["news"]),
        ("news/2026/x", ["news/2026", "news"]),
        # As 1.0.0a1 has imported them.
        ("/news/x", ["news"]),
        ("news//2026/x/", ["news/2026", "news"]),
        ("/", []),
    ],
)
def test_the_folders_above_a_path(path, folders):
    assert folders_above(path) == folders


def test_the_folders_above_a_path_are_bounded():
    found = folders_above("a/" * 5000 + "x")
    assert len(found) == 200
    assert found[0] == "/".join("a" * 5000)
