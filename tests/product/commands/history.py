"""A log in which there is everything that a log can hold."""

from collective.appendonly.bulk import BLOCK_ENTRIES
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from datetime import datetime
from datetime import timedelta
from datetime import timezone


#: When the first thing happens. Each next one an hour later.
BEGIN = datetime(2026, 9, 29, 22, 0, 0, 7000, tzinfo=timezone.utc)

STAFF = ("Reader", "Site Administrator", "user:staff")


def page(number, *actions, **values):
    values = {
        "title": f"Page {number}",
        "portal_type": "Document",
        "principals": ("Anonymous",),
        "actor": "jane",
    } | values
    return Entry(
        actions=actions or ("edited",),
        uid=f"{number:032x}",
        path=f"news/page-{number}",
        **values,
    )


def everything() -> list[tuple[Entry, ...]]:
    """Return the entries of some change sets, in which each value of an entry occurs."""
    return [
        (page(1, "created", title="Grüße 🎉 «今日»", principals=STAFF),),
        (
            page(
                2,
                "edited",
                "transitioned",
                fields=("text", "title"),
                transitions=("submit", "publish"),
                old_state="private",
                new_state="published",
                comment="As “discussed”;\nall of it",
                version=0,
            ),
        ),
        (page(3, "reverted", version=7, version_before=2, details={"version": 3}),),
        (
            page(
                4,
                "moved",
                source=Source("area/page-4", STAFF),
                descendants=((3, ("Anonymous",)), (1, STAFF)),
                actor="robot",
            ),
            page(5, actor=None, title="Half of a pair: ?"),
        ),
        (page(6, "replied", discussion_item="d" * 32, details={"n": [1, None, "ü"]}),),
        (
            Entry(
                actions=("group_joined",),
                uid="",
                path="",
                title="bob",
                portal_type="user",
                principals=(),
                actor="jane",
                group="staff",
            ),
        ),
        tuple(page(100 + n, "published") for n in range(2 * BLOCK_ENTRIES + 30)),
        tuple(page(400 + n, "edited", portal_type="File") for n in range(26)),
    ]


def change_sets(count: int = 40) -> list[ChangeSet]:
    """Return *count* change sets, oldest first. The first three are from the catalog."""
    kinds = everything()
    return [
        ChangeSet(
            BEGIN + timedelta(hours=number),
            "jane" if number % 5 else None,
            kinds[number % len(kinds)],
            backfilled=number < 3,
        )
        for number in range(count)
    ]
