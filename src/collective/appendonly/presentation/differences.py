"""The words that differ between two texts, at a bounded cost.

Texts are compared line by line, and the lines that differ word by word. ``difflib`` finds what
people would call the difference, but takes the square of the time or more: it never gets more than
some hundred tokens at once, nor more than some thousand for a page. Longer texts count as replaced.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.guard import printable
from collective.appendonly.presentation.wording import Part
from difflib import SequenceMatcher
from html import unescape

import re


#: The names of parts with words that were removed or added; others have none.
REMOVED, ADDED = "removed", "added"

#: The most characters of a text that are looked at.
LONGEST = 200_000
# The most tokens that difflib gets of a text at once, and of all texts together.
_AT_ONCE = 400
_TOGETHER = 6000
# The most characters of a part that are shown.
_SHOWN = 1000
# The words around a difference.
_CONTEXT = 8
_ELLIPSIS = "…"

# Scripts that put no spaces between words are compared by characters: those of Southeast Asia,
# Chinese and Japanese.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_UNSPACED} ]|[^ {_UNSPACED}]+ ?")

# In HTML, elements that begin a new line; all other tags. Neither can be matched twice.
_LINE = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|h[1-6]"
    r"|header|hr|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")

Passage = tuple[Part, ...]


class Differences:
    """Compares the texts of one page. ``is_complete`` is false once a text was too long."""

    def __init__(self, tokens: int = _TOGETHER):
        self._left = tokens
        self.is_complete = True

    def passages(self, old: str, new: str) -> Iterator[Passage]:
        """Yield the passages that differ, in parts.

        White space makes no difference, nor does where a line ends.
        """
        before, after = self._lines(old), self._lines(new)
        for tag, *lines in self._changes(before, after):
            removed, added = (_words(" ".join(some)) for some in lines)
            if tag != "equal" and removed != added:
                yield _joined(self._parts(removed, added))

    def replaced(self, old: str, new: str) -> Passage:
        """Return a passage in which *old* is replaced by *new*, as a whole."""
        removed = Part(self._cut(printable(old)), REMOVED)
        added = Part(self._cut(printable(new)), ADDED)
        return _joined([removed, Part(" " if old and new else ""), added])

    def _lines(self, text: str) -> list[str]:
        if len(text) > LONGEST:
            self.is_complete = False
        lines = (" ".join(line.split()) for line in text[:LONGEST].splitlines())
        return [line for line in map(printable, lines) if line]

    def _parts(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
        changes = list(self._changes(old, new))
        for number, (tag, removed, added) in enumerate(changes):
            if tag == "equal":
                is_first, is_last = number == 0, number == len(changes) - 1
                yield Part(_around(removed, is_first, is_last))
                continue
            for tokens, name in ((removed, REMOVED), (added, ADDED)):
                if tokens:
                    text = "".join(tokens)
                    yield Part(self._cut(text.rstrip()), name)
                    yield Part(" " if text.endswith(" ") else "")

    def _cut(self, text: str) -> str:
        if len(text) <= _SHOWN:
            return text
        self.is_complete = False
        return f"{text[:_SHOWN]}{_ELLIPSIS}"

    def _changes(
        self, old: Sequence[str], new: Sequence[str]
    ) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
        """Yield what is equal, and what was replaced by what, as ``difflib`` calls it."""
        begin = _common(old, new)
        end = _common(old[begin:][::-1], new[begin:][::-1])
        if begin:
            yield "equal", old[:begin], new[:begin]
        yield from self._matched(
            old[begin : len(old) - end], new[begin : len(new) - end]
        )
        if end:
            yield "equal", old[-end:], new[-end:]

    def _matched(self, old, new):
        number = len(old) + len(new)
        if old and new and max(len(old), len(new)) <= _AT_ONCE and number <= self._left:
            self._left -= number
            matcher = SequenceMatcher(None, old, new)
            for tag, i, j, k, m in matcher.get_opcodes():
                yield tag, old[i:j], new[k:m]
        elif number:
            yield "replace", old, new


def text_of_html(markup: str) -> str:
    """Return the text of HTML, with a line for each block. It needs not be valid."""
    text = _LINE.sub("\n", " ".join(markup[: LONGEST + 1].split()))
    return unescape(_TAG.sub("", text))


def _words(line: str) -> list[str]:
    # Each with a space, so that the last one of a line is no other word than one within it.
    return _WORD.findall(f"{line} ") if line else []


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """Return with how many tokens both begin."""
    count = 0
    for each, counterpart in zip(one, other, strict=False):
        if each != counterpart:
            break
        count += 1
    return count


def _around(tokens: Sequence[str], is_first: bool, is_last: bool) -> str:
    """Return the tokens next to a difference, of those that are equal."""
    before = () if is_last else tokens[-_CONTEXT:]
    after = () if is_first else tokens[:_CONTEXT]
    if len(tokens) <= len(before) + len(after):
        return "".join(tokens)
    return "".join([*after, f"{_ELLIPSIS} ", *before])


def _joined(parts: Iterable[Part]) -> Passage:
    """Return *parts* with text between those that have a name, and no space at the end."""
    joined: list[Part] = []
    for part in parts:
        if joined and part.name is joined[-1].name is None:
            part = Part(joined.pop().text + part.text)
        joined.append(part)
    text, name = joined.pop()
    joined.append(Part(text.rstrip(), name))
    return tuple(part for part in joined if part.text)
