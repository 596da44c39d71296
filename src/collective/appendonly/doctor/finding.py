"""What an examination finds: a verdict, a sentence, and what helps."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How well it is. The values are for programs, and stay."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """The answer of one examination, in texts to be translated.

    ``remedy`` is empty where nothing needs to be done.
    """

    name: str
    title: str
    verdict: Verdict
    sentence: str
    remedy: str = ""
    details: tuple[str, ...] = ()
