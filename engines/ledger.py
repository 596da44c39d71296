"""What clients report of their transactions, compared with what is in a log.

The tests of the storages and the load test share it: each has its own entries, and its own
idea of when a transaction took place.
"""

from collections import defaultdict
from collections import deque
from collections.abc import Hashable
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


#: What becomes of a transaction. If the answer to a commit does not come, it is in doubt.
DONE, REFUSED, IN_DOUBT = "done", "refused", "in doubt"

#: What can be wrong with a log, each with a list of cases.
LOST, DOUBLED, REFUSED_YET_THERE = "lost", "doubled", "refused, yet there"
UNKNOWN, DISORDER = "nobody's", "not in order"


@dataclass(frozen=True)
class Transaction:
    """A transaction, as the client knows it that began it.

    ``key`` is what an entry in the log is recognized by. It was committed not before
    ``since`` and not after ``until``, on any clock that all transactions share. ``of`` is
    what the client keeps of it.
    """

    key: Hashable
    outcome: str
    since: float = float("-inf")
    until: float = float("inf")
    of: Any = None


def match(
    transactions: Iterable[Transaction], entries: Iterable[tuple[Hashable, ...]]
) -> tuple[list[Transaction], dict[str, list]]:
    """Return the transactions in the order of the log, and what is wrong with the log.

    *entries* are those of the log, oldest first. Each is given by the keys it may have, of
    which the first one counts that a transaction has. What is wrong are transactions where
    they are lost or not in order, and otherwise keys of entries. All lists are empty if every
    transaction that was done is there once, and nothing else but some that are in doubt.
    """
    waiting: dict[Hashable, deque[Transaction]] = defaultdict(deque)
    # Of several with one key, the entries belong first to those that must be there.
    order = (DONE, IN_DOUBT, REFUSED)
    for transaction in sorted(transactions, key=lambda each: order.index(each.outcome)):
        waiting[transaction.key].append(transaction)
    matched: list[Transaction] = []
    wrong: dict[str, list] = {
        name: [] for name in (LOST, DOUBLED, REFUSED_YET_THERE, UNKNOWN, DISORDER)
    }
    for keys in entries:
        key = next((key for key in keys if key in waiting), None)
        if key is None:
            wrong[UNKNOWN].append(keys[0])
        elif not waiting[key]:
            wrong[DOUBLED].append(keys[0])
        else:
            transaction = waiting[key].popleft()
            if transaction.outcome == REFUSED:
                wrong[REFUSED_YET_THERE].append(keys[0])
            matched.append(transaction)
    left = (transaction for some in waiting.values() for transaction in some)
    wrong[LOST] = [each for each in left if each.outcome == DONE]
    latest = float("-inf")
    for transaction in matched:
        # It stands above one that began only after it had ended.
        if transaction.until < latest:
            wrong[DISORDER].append(transaction)
        latest = max(latest, transaction.since)
    return matched, wrong
