"""What the sizes of the marks mean."""

from collective.appendonly.browser.calendar.levels import Levels
from collective.appendonly.browser.calendar.picture import Cell
from collective.appendonly.i18n import _
from typing import NamedTuple


_SIDE = 14


class Meaning(NamedTuple):
    cell: Cell
    text: str


def legend(levels: Levels, words, with_uncounted: bool = False) -> list[Meaning]:
    """Return the meaning of each kind of square, the least first."""
    meanings = [Meaning(_cell(0), words.text(_("none")))]
    for low, high in levels.ranges:
        text = str(low) if low == high else f"{low}–{high}"
        meanings.append(Meaning(_cell(levels.level(low)), text))
    if with_uncounted:
        uncounted = Meaning(
            _cell(0, is_counted=False), words.text(_("not counted, or not all"))
        )
        meanings.insert(0, uncounted)
    return meanings


def _cell(level, **others):
    return Cell(0, 0, _SIDE, level, **others)
