"""The keys of entries: each entry is found by what is true of it, and by little else."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.keys import ACTION
from collective.appendonly.keys import ACTOR
from collective.appendonly.keys import FOLDER
from collective.appendonly.keys import Keys
from collective.appendonly.keys import MOST
from collective.appendonly.keys import PRINCIPAL
from collective.appendonly.keys import TYPE
from collective.appendonly.keys import UID
from collective.appendonly.keys import within_bounds
from collective.appendonly.keys import WORD
from collective.appendonly.keys import words
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from hypothesis import given
from hypothesis import strategies as st
from unicodedata import normalize

import pytest


TIME = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
KEYS = Keys("0123456789abcdef" * 2)
KINDS = (UID, ACTOR, PRINCIPAL, FOLDER, ACTION, TYPE, WORD)
PAGE = Entry(
    actions=("edited", "transitioned"),
    uid="0123456789abcdef0123456789abcdef",
    path="news/2026/spring-party",
    title="Party in the Garden",
    portal_type="Document",
    principals=("Editor", "user:ann"),
    actor="jane",
)
PERSON = Entry(
    actions=("group_joined",),
    uid="",
    path="",
    title="bob",
    portal_type="user",
    principals=("Manager",),
    group="staff",
)


def of(*entries):
    return KEYS.of(ChangeSet(TIME, "jane", entries))


def is_found(entries, kind, value):
    return not KEYS.wanted(kind, [value]).isdisjoint(of(*entries))


@pytest.mark.parametrize(
    "kind, values",
    [
        (UID, [PAGE.uid]),
        (ACTOR, ["jane"]),
        (PRINCIPAL, ["Editor", "user:ann"]),
        (FOLDER, ["news/2026", "news"]),
        (ACTION, ["edited", "transitioned"]),
        (TYPE, ["Document"]),
        (WORD, ["party", "in", "the", "garden"]),
    ],
)
def test_an_entry_is_found_by_what_is_true_of_it(kind, values):
    assert all(is_found([PAGE], kind, value) for value in values)
    assert is_found([PERSON, PAGE], kind, values[0])
    for other in set(KINDS) - {kind}:
        assert not any(is_found([PAGE], other, value) for value in values)
    assert len(of(PAGE)) == 1 + 1 + 2 + 2 + 2 + 1 + 4


@pytest.mark.parametrize(
    "kind, value",
    [
        (UID, "f" * 32),
        (ACTOR, "bob"),
        (PRINCIPAL, "Anonymous"),
        (FOLDER, "news/2026/spring-party"),
        (FOLDER, "new"),
        (ACTION, "removed"),
        (TYPE, "document"),
        (WORD, "part"),
        (WORD, "Party"),
    ],
)
def test_an_entry_is_not_found_by_other_values(kind, value):
    assert not is_found([PAGE], kind, value)


def test_users_and_groups_are_found_by_their_id():
    assert is_found([PERSON], WORD, "bob")
    assert is_found([PERSON], TYPE, "user")
    # The entry has no actor of its own.
    assert KEYS.wanted(ACTOR, ["None", "jane"]).isdisjoint(of(PERSON))


def test_a_group_of_keys_finds_what_has_one_of_the_values():
    wanted = KEYS.wanted(ACTION, ["removed", "edited", "created"])
    assert len(wanted) == 4
    assert wanted & of(PAGE)
    assert not wanted & of(PERSON)
    assert not KEYS.wanted(ACTION, []) & of(PAGE)


def test_an_entry_is_found_by_all_of_several_words():
    assert [bool(group & of(PAGE)) for group in KEYS.wanted_words("GARDEN party!")] == [
        True,
        True,
    ]
    assert len(KEYS.wanted_words("garden gnome")) == 2
    assert not all(group & of(PAGE) for group in KEYS.wanted_words("garden gnome"))
    assert KEYS.wanted_words(" - ") == []


def test_another_log_has_other_keys():
    change_set = ChangeSet(TIME, "jane", (PAGE, PERSON))
    others = Keys("f" * 32)
    assert others.of(change_set).isdisjoint(KEYS.of(change_set))
    assert Keys("0123456789abcdef" * 2).of(change_set) == KEYS.of(change_set)


# Bounds


@pytest.mark.parametrize(
    "name, kind, value_of",
    [
        ("uid", UID, "{:032x}".format),
        ("actor", ACTOR, "user-{}".format),
        ("portal_type", TYPE, "type-{}".format),
        ("title", WORD, "word{}".format),
    ],
)
def test_one_key_stands_for_many_of_a_kind(name, kind, value_of):
    def entries(count):
        return [replace(PAGE, **{name: value_of(n)}) for n in range(count)]

    some, many = of(*entries(MOST - 3)), of(*entries(MOST + 1))
    assert len(some) > MOST > len(many)
    assert all(is_found(entries(MOST - 3), kind, value_of(n)) for n in range(9))
    assert not is_found(entries(MOST - 3), kind, value_of(MOST))
    # Instead of what is there, all is found.
    assert is_found(entries(MOST + 1), kind, value_of(0))
    assert is_found(entries(MOST + 1), kind, value_of(10**9))
    for other in set(KINDS) - {kind}:
        assert not is_found(entries(MOST + 1), other, "something else")


def test_an_entry_may_have_many_principals():
    many = replace(PAGE, principals=tuple(f"user:{n:05}" for n in range(5000)))
    assert len(of(many)) == len(of(PAGE)) - 1
    assert is_found([many], PRINCIPAL, "user:04999")
    assert is_found([many], UID, PAGE.uid)
    assert not is_found([many], UID, "f" * 32)


sets_of_keys = st.sets(
    st.builds(
        lambda kind, hash: kind << 28 | hash, st.integers(0, 15), st.integers(0, 9)
    )
)


@given(sets_of_keys, sets_of_keys)
def test_bounds_of_parts_and_of_the_whole_are_the_same(first, second):
    assert within_bounds(within_bounds(first) | within_bounds(second)) == within_bounds(
        first | second
    )


# Words


@pytest.mark.parametrize(
    "text, found",
    [
        ("", ""),
        (" -–_/.!„“ \x00\ud800 ", ""),
        ("Spring-party_2026.pdf", "spring party 2026 pdf"),
        ("L'été, déjà", "l été déjà"),
        ("STRASSE Straße", "strasse"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
        ("बागवानी की किताब", "बागवानी की किताब"),
        ("庭", "庭"),
        ("日本庭園", "日 本 庭 園 日本 本庭 庭園"),
        ("Plone 6で庭", "plone 6 で 庭 で庭"),
        ("정원에서", "정 원 에 서 정원 원에 에서"),
    ],
)
def test_words_are_found_in_all_scripts(text, found):
    expected = {normalize("NFKC", word) for word in found.split()}
    assert words(text) == expected


@pytest.mark.parametrize(
    "text", ["L'Été à Évian", "Åsgård", "ἀρχῇ", "가든", "ガーデン"]
)
def test_composed_and_decomposed_words_are_alike(text):
    forms = {normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) > 1
    [found] = {frozenset(words(form)) for form in forms}
    assert found == words(text.upper()) == words(text.lower())


@given(st.text(), st.text())
def test_words_do_not_depend_on_the_form_of_a_text(text, other):
    found = words(text)
    assert words(normalize("NFD", text)) == words(normalize("NFC", text)) == found
    assert words(" ".join(found)) == found
    assert words(f"{text} {other}") == found | words(other)


# Keys are stored, so they never change.


def test_the_keys_are_what_they_always_were():
    assert sorted(of(PAGE)) == GOLDEN_KEYS
    assert KEYS.wanted(UID, []) == {0}
    assert KEYS.wanted(WORD, []) == {6 << 28}


GOLDEN_KEYS = [
    4856480,
    481905476,
    599393563,
    724409859,
    826196847,
    881094232,
    1158051128,
    1283976440,
    1508818656,
    1635870171,
    1648157965,
    1783136071,
    1874257921,
]
