"""What is drawn: squares in columns and rows, with names beside and above. Units are pixels."""

from collective.appendonly.browser.calendar.levels import LEVELS
from dataclasses import dataclass
from dataclasses import field
from typing import NamedTuple


#: What is left free for names: to the left of the squares, above and to the right of them.
LEFT = 40
ABOVE = 20
RIGHT = 28

_GAP = 2


class Name(NamedTuple):
    """A text whose base line begins at a point."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Cell:
    """A square and the mark in it, whose size, and nothing else, tells the level.

    A square has words and an address if it has something to tell. If it was not counted it is
    crossed out by a line.
    """

    x: int
    y: int
    side: int
    level: int
    words: str = ""
    url: str | None = None
    is_counted: bool = True

    @property
    def mark(self) -> int:
        """The side of the mark."""
        if not self.level:
            return 0
        # Even, as the side is: so the mark stands in the middle, with sharp edges.
        return 2 * round(self.side / 2 * (self.level + 1) / (LEVELS + 1))

    @property
    def inset(self) -> int:
        """How far the mark stands from the sides of the square."""
        return (self.side - self.mark) // 2


@dataclass
class Picture:
    """A grid of so many *columns* and seven rows of squares."""

    columns: int
    pitch: int
    cells: list[Cell] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)

    @property
    def width(self) -> int:
        return LEFT + self.columns * self.pitch + RIGHT

    @property
    def height(self) -> int:
        return ABOVE + 7 * self.pitch

    def put(self, column: int, row: int, level: int, **others) -> None:
        """Put a square where it belongs; *others* are those of the cell."""
        x, y = LEFT + column * self.pitch, ABOVE + row * self.pitch
        self.cells.append(Cell(x, y, self.pitch - _GAP, level, **others))

    def name_row(self, row: int, text: str) -> None:
        y = ABOVE + row * self.pitch + self.pitch // 2 + 3
        self.names.append(Name(0, y, text))

    def name_column(self, column: int, text: str) -> None:
        self.names.append(Name(LEFT + column * self.pitch, ABOVE - 7, text))
