"""The commits that clients report, compared with the contents of the database."""

from collections.abc import Iterator
from collective.appendonly.structures.check import check
from contextlib import closing
from contextlib import contextmanager
from engines.ledger import DONE
from engines.ledger import IN_DOUBT
from engines.ledger import match
from engines.ledger import REFUSED
from engines.ledger import Transaction
from itertools import groupby
from tests.engines.worker import MAX_LENGTH
from ZODB.config import databaseFromString
from ZODB.utils import u64


@contextmanager
def structures_of(engine, name) -> Iterator[dict]:
    """The structures in a transaction of the test's own, over a new client."""
    with closing(databaseFromString(engine.configuration)) as db:
        with db.transaction() as connection:
            yield connection.root()[name]


def read_log(engine, name) -> list:
    """Return all items of stack and archive, oldest first. Both must be sound."""
    with structures_of(engine, name) as structures:
        stack, archive = structures["stack"], structures["archive"]
        check(stack, archive)
        entries = [*stack, *archive][::-1]
        assert len(entries) == len(stack) + len(archive)
        first = archive.horizon * MAX_LENGTH
        places = [generation * MAX_LENGTH + index for generation, index, _ in entries]
        assert places == list(range(first, first + len(entries)))
        return [item for _, _, item in entries]


def keys_of(log) -> list:
    return [key for key, _ in groupby(log, key=lambda item: item[:2])]


class Reports:
    """A transaction is known by its key: the number of its writer, and its own."""

    def __init__(self):
        self.ready = 0
        self.begun = {}  # key: how many items
        self.committing = set()  # keys
        self.done = {}  # key: transaction id
        self.results = {}  # key: what the job returned
        self.merged = 0
        self.failures = []  # names of the class and its bases, and the message
        self.refused = set()  # keys that certainly were not committed
        self.answers = 0

    def __repr__(self):
        return (
            f"<{len(self.begun)} begun, {len(self.done)} done, {self.merged} merged, "
            f"{len(self.failures)} failed, the last ones: {self.failures[-3:]}>"
        )

    def enter(self, kind, *details):
        getattr(self, f"_enter_{kind}")(*details)

    def _enter_ready(self):
        self.ready += 1

    def _enter_begun(self, key, count):
        self.begun[key] = count
        self.committing.add(key)

    def _enter_done(self, key, tid, merged, result):
        self.done[key] = tid
        self.committing.discard(key)
        self.merged += merged
        self.results[key] = result

    def _enter_failed(self, key, kinds, message):
        self.failures.append((kinds, message))
        self.committing.discard(key)
        if "ConflictError" in kinds:
            self.refused.add(key)

    def _enter_answer(self, answer):
        self.answers += 1

    def _enter_raised(self, error):
        raise error

    @property
    def uncertain(self) -> set:
        """The keys of transactions of which nobody was told how they ended."""
        return self.begun.keys() - self.done.keys() - self.refused

    def in_order_of_commits(self, writers) -> list:
        """Return the keys of what these writers have committed, oldest first."""
        keys = [key for key in self.done if key[0] in writers]
        return sorted(keys, key=self.done.get)

    def items_of(self, keys) -> list:
        return [(*key, index) for key in keys for index in range(self.begun[key])]

    def compare(self, log, acknowledged):
        """Compare the log with the ledger; *acknowledged* was, before the log was read.

        What is in doubt may be there, but then as a whole.
        """
        keys = keys_of(log)
        _, wrong = match(self._ledger(acknowledged), [(key,) for key in keys])
        assert {name: cases for name, cases in wrong.items() if cases} == {}
        items = [item[:3] for item in log]
        assert items == self.items_of(keys), "a transaction is there in part"
        for writer in {writer for writer, _ in keys}:
            numbers = [number for other, number in keys if other == writer]
            assert numbers == sorted(numbers), f"not in the order of writer {writer}"

    def _ledger(self, acknowledged):
        for key in self.begun:
            outcome = DONE if key in acknowledged else IN_DOUBT
            if key in self.refused:
                outcome = REFUSED
            # The ids of transactions are the clock.
            tid = {}
            if key in self.done:
                tid = dict.fromkeys(("since", "until"), u64(self.done[key]))
            yield Transaction(key, outcome, **tid)
