"""What the editors know of their edits: the ledger that the log is compared with."""

from benchmarks.load.doors import Reply
from dataclasses import dataclass
from engines.ledger import IN_DOUBT


@dataclass(frozen=True)
class Page:
    """A page, as an editor knows it."""

    path: str
    title: str
    uid: str | None = None
    public: bool = False


@dataclass(frozen=True)
class Edit:
    """What an editor asked for, and what became of it.

    ``page`` is the page as the edit leaves it, or, of a removed page, as it was. ``source``
    is the path that it was moved from.
    """

    editor: str
    action: str
    page: Page
    source: str | None
    outcome: str
    sent: float
    answered: float

    @classmethod
    def of(
        cls, editor: str, action: str, before: Page, after: Page, reply: Reply
    ) -> "Edit":
        in_doubt = reply.outcome == IN_DOUBT
        return cls(
            editor,
            action,
            page=after,
            source=before.path if action == "moved" else None,
            outcome=reply.outcome,
            sent=reply.sent,
            # Until when it may have happened.
            answered=float("inf") if in_doubt else reply.answered,
        )
