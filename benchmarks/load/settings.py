"""How large a run is."""

from benchmarks.report import setting
from dataclasses import dataclass

import secrets


@dataclass(frozen=True)
class Settings:
    """``minutes`` are those of each side, with the add-on and without, in so many slices."""

    seed: int
    minutes: float = 10.0
    slices: int = 5
    editors: int = 8
    readers: int = 4
    #: Requests per second of all people together, by a timetable. 0: each asks again at once.
    rate: float = 0.0
    #: Whether the catalogs index full text, as Plone does, or leave it to a search server.
    full_text: bool = True
    #: Pages of each site that nobody edits.
    pages: int = 100
    #: Kinds of requests of which each slice lasts until one is done, if that takes longer.
    until: tuple[str, ...] = ()

    @property
    def variant(self) -> str:
        """What the run is called besides its engine."""
        rate = f", {self.rate:g} requests per second" if self.rate else ""
        return rate if self.full_text else f", full text elsewhere{rate}"

    @property
    def seconds(self) -> float:
        """The length of a slice."""
        return self.minutes * 60 / self.slices

    @property
    def warm_up(self) -> float:
        """The seconds that are worked on each site before anything is measured."""
        return min(30.0, self.seconds)


def settings() -> Settings:
    """Return the settings that the environment asks for, with a seed of its own each time."""
    return Settings(
        seed=setting("SEED", secrets.randbelow(10**6)),
        minutes=setting("MINUTES", Settings.minutes),
        slices=setting("SLICES", Settings.slices),
        editors=setting("EDITORS", Settings.editors),
        readers=setting("READERS", Settings.readers),
        rate=setting("RATE", Settings.rate),
        full_text=bool(setting("FULL_TEXT", 1)),
        pages=setting("PAGES", Settings.pages),
    )
