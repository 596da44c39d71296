"""The words that differ between two texts."""

from collective.appendonly.presentation import differences
from collective.appendonly.presentation.differences import Differences
from collective.appendonly.presentation.differences import text_of_html
from difflib import SequenceMatcher
from time import process_time

import pytest


def marked(parts):
    """Return a passage as text with marks."""
    marks = {"removed": "[-{}-]", "added": "{{+{}+}}", None: "{}"}
    return "".join(marks[name].format(text) for text, name in parts)


def compared(old, new):
    return [marked(passage) for passage in Differences().passages(old, new)]


LETTERS = "a b c d e f g h i j k l m n o p q r s t u v w x y z"


@pytest.mark.parametrize(
    "old, new, passages",
    [
        ("", "", []),
        ("same", "same", []),
        (" same \n\n text", "same\r\ntext\n", []),
        ("first\none two\nthree\nlast", "first\none\ntwo three\nlast", []),
        ("one\ntwo three\nend", "one two\nthree end", []),
        ("one two\nthree", "one\ntwo four", ["one two [-three-] {+four+}"]),
        ("", "new", ["{+new+}"]),
        ("old", "", ["[-old-]"]),
        ("old", "new", ["[-old-] {+new+}"]),
        ("Garden rules", "Garden rules for all", ["Garden rules {+for all+}"]),
        ("No dogs in here", "No cats in here", ["No [-dogs-] {+cats+} in here"]),
        ("one\ntwo\nthree", "one\nthree\nfour", ["[-two-]", "{+four+}"]),
        ("one\ntwo", "zero\none\ntwo", ["{+zero+}"]),
        (
            LETTERS,
            LETTERS.replace("m", "M"),
            ["… e f g h i j k l [-m-] {+M+} n o p q r s t u …"],
        ),
        (LETTERS, f"{LETTERS} !", ["… s t u v w x y z {+!+}"]),
        ("今日は晴れです", "今日は雨です", ["今日は[-晴れ-]{+雨+}です"]),
        ("สวัสดี", "สวัสดีค", ["สวัสดี{+ค+}"]),
        ("a \u202eturned", "a \ud83d", ["a [-turned-] {+?+}"]),
        ("<b>", "<i>", ["[-<b>-] {+<i>+}"]),
    ],
)
def test_differences_are_shown_with_the_words_around_them(old, new, passages):
    assert compared(old, new) == passages


def test_both_texts_can_be_read_from_the_parts():
    """If there is little in common, too."""
    old = "\n".join(f"line {n} has {n % 7} words" for n in range(50))
    new = "\n".join(f"line {n} had {n % 5} words" for n in range(0, 60, 2))
    seen = {"removed": "", "added": ""}
    for passage in Differences().passages(old, new):
        for name, other in (("removed", "added"), ("added", "removed")):
            seen[name] += "".join(t for t, n in passage if n != other) + " "
    assert set(seen["removed"].split()) <= set(old.split()) | {"…"}
    assert set(seen["added"].split()) <= set(new.split()) | {"…"}


def test_a_value_is_replaced_as_a_whole():
    differences = Differences()
    assert [
        marked(differences.replaced(old, new))
        for old, new in [("no", "yes"), ("", "yes"), ("no", ""), ("a \u202eb", "a c")]
    ] == ["[-no-] {+yes+}", "{+yes+}", "[-no-]", "[-a b-] {+a c+}"]
    assert differences.is_complete


@pytest.mark.parametrize(
    "old, new",
    [
        (
            " ".join(f"a{n}" for n in range(9000)),
            " ".join(f"b{n}" for n in range(9000)),
        ),
        ("x" * 300_000, "y"),
        ("", "\n".join(["long " * 300] * 3)),
    ],
)
def test_what_is_too_long_is_cut(old, new):
    found = Differences()
    passages = list(found.passages(old, new))
    assert not found.is_complete
    assert max(len(part.text) for passage in passages for part in passage) <= 1001


@pytest.mark.parametrize(
    "old, new",
    [
        ("a b " * 20_000, "b a c " * 13_000),
        ("\n".join(["a b " * 90] * 200), "\n".join(["b a c " * 60] * 200)),
        (
            " ".join(f"w{n} x{n}" for n in range(20_000)),
            " ".join(f"w{n} y{n}" for n in range(20_000)),
        ),
        (
            "\n".join(f"{n} a" for n in range(390)),
            "\n".join(f"{n} b" for n in range(390)),
        ),
    ],
)
def test_difflib_gets_a_bounded_number_of_tokens(monkeypatch, old, new):
    sizes = []

    def noticing(junk, one, other):
        sizes.append((len(one), len(other)))
        return SequenceMatcher(junk, one, other)

    monkeypatch.setattr(differences, "SequenceMatcher", noticing)
    list(Differences().passages(old, new))
    assert max(map(max, sizes), default=0) <= 400
    assert sum(map(sum, sizes)) <= 6000


@pytest.mark.parametrize(
    "markup, text",
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>Garden <b>ru</b>les &amp;\n more</p>", "\nGarden rules & more\n"),
        ("<H2 id='x'>A</H2><ul><li>b<li>c</ul>", "\nA\n\n\nb\nc\n"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("<preface>a</preface>", "a"),
        ("<p>a < b</p>", "\na < b\n"),
        ("&lt;script&gt;", "<script>"),
    ],
)
def test_the_text_of_html(markup, text):
    assert text_of_html(markup) == text


@pytest.mark.parametrize("piece", ["<", "<p ", "</", "&#", "<p", "&", "<p><"])
def test_any_markup_is_read_in_linear_time(piece):
    def seconds(count):
        begin = process_time()
        text_of_html(piece * count)
        return process_time() - begin

    seconds(100)
    assert seconds(40_000) < 40 * max(seconds(10_000), 0.001)
