"""The examples of the documentation: what stands in its code blocks, and in what language."""

from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import re


ROOT = Path(__file__).parents[2]
PAGES = {
    path.name: path.read_text("utf-8")
    for path in [ROOT / "README.rst", *sorted((ROOT / "docs").glob("*.rst"))]
}

#: What readers have of their own, with its name in the examples. An example imports all else.
GIVEN = frozenset(
    {
        "app",
        "archive",
        "bed",
        "DICTIONARY",
        "folder",
        "import_everything",
        "number",
        "portal",
        "stack",
    }
)

_DIRECTIVE = re.compile(r"^ *\.\. code-block:: *(\w*)$")
_LITERAL = re.compile(r"^ *(?!\.\. )\S.*::$|^ *::$")


class Block(NamedTuple):
    """An example. The language is empty where the page doesn't say one."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: str) -> list[Block]:
    """Return the code blocks of a page. Sessions (``>>>``) are none."""
    lines = PAGES[page].splitlines()
    found = []
    for number, line in enumerate(lines):
        directive = _DIRECTIVE.match(line)
        if directive or _LITERAL.match(line):
            text = _inside(lines[number + 1 :])
            language = directive.group(1) if directive else ""
            found.append(Block(page, number + 1, language, text))
    return found


def _inside(lines: list[str]) -> str:
    """Return the text that *lines* begin with, up to one that stands further to the left."""
    inside, indent = [], None
    for line in lines:
        if line.strip():
            own = len(line) - len(line.lstrip())
            if indent is None:
                indent = own
            if own < indent:
                break
        inside.append(line)
    text = dedent("\n".join(inside)).strip("\n")
    # Options of the directive are no part of the example.
    return re.sub(r"\A(:\w+:.*\n)+\n", "", text)


ALL = [block for page in PAGES for block in blocks(page)]
