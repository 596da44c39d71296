"""Heat maps: squares in columns and rows, labels beside and above them, and a legend.

Units are pixels. The size of a mark stands for the level of a number.
"""

from bisect import bisect_right
from collections.abc import Iterable
from collective.appendonly.browser.calendar.texts import CalendarTexts
from collective.appendonly.i18n import _
from dataclasses import dataclass
from dataclasses import field
from typing import NamedTuple


#: The number of levels above zero.
LEVELS = 4

#: The margins for labels: to the left of the squares, above and to the right of them.
LEFT = 40
ABOVE = 20
RIGHT = 28

_GAP = 2
_LEGEND_SIDE = 14


class Levels:
    """Up to four levels for *numbers*, each with about as many of them.

    A single outlier therefore doesn't make all other numbers look alike. The highest level is
    always used. Zero has level 0.
    """

    def __init__(self, numbers: Iterable[int]):
        values = sorted(number for number in numbers if number > 0)
        quarters = range(LEVELS) if values else ()
        self._starts = sorted({values[len(values) * q // LEVELS] for q in quarters})
        self._highest = values[-1] if values else 0

    def level(self, number: int) -> int:
        """Return the level of one of the numbers, from 0 to 4."""
        if not number:
            return 0
        return LEVELS - len(self._starts) + bisect_right(self._starts, number)

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The lowest and the highest number of each level, lowest level first."""
        ends = [start - 1 for start in self._starts[1:]] + [self._highest]
        return list(zip(self._starts, ends, strict=False))


class Label(NamedTuple):
    """A text whose baseline begins at a point."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Cell:
    """A square with a mark whose size alone shows the level.

    ``title`` and ``url`` are set if there are changes. A line crosses out a square that was
    not counted.
    """

    x: int
    y: int
    side: int
    level: int
    title: str = ""
    url: str | None = None
    is_counted: bool = True

    @property
    def mark(self) -> int:
        """The side of the mark."""
        if not self.level:
            return 0
        # Even, like the side: this centers the mark and keeps its edges sharp.
        return 2 * round(self.side / 2 * (self.level + 1) / (LEVELS + 1))

    @property
    def inset(self) -> int:
        """The distance between the mark and the sides of the square."""
        return (self.side - self.mark) // 2


@dataclass
class HeatMap:
    """A grid of *columns* with seven squares each, *pitch* pixels apart."""

    columns: int
    pitch: int
    cells: list[Cell] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def width(self) -> int:
        return LEFT + self.columns * self.pitch + RIGHT

    @property
    def height(self) -> int:
        return ABOVE + 7 * self.pitch

    def add_cell(self, column: int, row: int, level: int, **others) -> None:
        """Add a square; *others* are further fields of the :class:`Cell`."""
        x, y = LEFT + column * self.pitch, ABOVE + row * self.pitch
        self.cells.append(Cell(x, y, self.pitch - _GAP, level, **others))

    def label_row(self, row: int, text: str) -> None:
        y = ABOVE + row * self.pitch + self.pitch // 2 + 3
        self.labels.append(Label(0, y, text))

    def label_column(self, column: int, text: str) -> None:
        self.labels.append(Label(LEFT + column * self.pitch, ABOVE - 7, text))


class LegendItem(NamedTuple):
    """A square and its meaning."""

    cell: Cell
    text: str


def legend(
    levels: Levels, texts: CalendarTexts, with_uncounted: bool = False
) -> list[LegendItem]:
    """Return the meaning of each kind of square, lowest level first."""
    items = [LegendItem(_legend_cell(0), texts.text(_("none")))]
    for low, high in levels.ranges:
        text = str(low) if low == high else f"{low}–{high}"
        items.append(LegendItem(_legend_cell(levels.level(low)), text))
    if with_uncounted:
        uncounted = LegendItem(
            _legend_cell(0, is_counted=False),
            texts.text(_("not counted, or only in part")),
        )
        items.insert(0, uncounted)
    return items


def _legend_cell(level, **others):
    return Cell(0, 0, _LEGEND_SIDE, level, **others)
