"""What a verification has found."""

from dataclasses import dataclass
from dataclasses import field


#: So many sentences are kept. A log that is damaged in one place may be so in a million.
KEPT = 100


@dataclass
class Findings:
    """What was looked at, and what is wrong with it: all is counted, the first are told."""

    structures: int = 0
    change_sets: int = 0
    entries: int = 0
    count: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        self.count += 1
        if len(self.problems) < KEPT:
            self.problems.append(sentence)
