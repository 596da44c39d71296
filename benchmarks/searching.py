"""What it takes to search an archive of 10 000 to 1 000 000 items, in layers of eight.

Each item has nine keys of skewed popularity, made as those of the activity log: the upper four
bits are the kind, the others a hash. Counted is what a search loads into an empty cache until 20
layers are found, or the end is reached. ``LARGEST=100000`` is quick.
"""

from benchmarks.report import middle
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from collections import Counter
from collective.appendonly import Archive
from collective.appendonly.structures.summary import LONGEST
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

import random


LARGEST = setting("LARGEST", 1_000_000)
LAYER = 8
PAGES, ACTORS = 50_000, 500
ROUNDS = 5
#: The kinds of keys.
PAGE, ACTOR, FOLDER, TYPE, ACTION, PRINCIPAL, MISSING = range(1, 8)


@cache
def key(kind: int, value: int) -> int:
    digest = blake2b(f"{kind}:{value}".encode(), digest_size=8).digest()
    return kind << 28 | int.from_bytes(digest, "big") % 2**28


class History:
    """An archive that grows. The nth page is changed 1/n as often as the first one."""

    def __init__(self, path: Path, with_keys: bool = True) -> None:
        self.path, self.with_keys = path, with_keys
        self.db = DB(FileStorage(str(path)))
        self.connection = self.db.open()
        self.archive = self.connection.root()["archive"] = Archive()
        self.layers = 0
        self.changes: Counter = Counter()
        self._random = random.Random(8)
        self._pages = list(accumulate(1 / n for n in range(1, PAGES + 1)))

    def grow(self, layers: int) -> None:
        while self.layers < layers:
            self.add()
            if self.layers % 500 == 0:
                self.commit()
        self.commit()

    def add(self) -> None:
        keys = [key for _ in range(LAYER) for key in self._change()]
        self.changes.update(key for key in set(keys))
        times = range(self.layers * LAYER, (self.layers + 1) * LAYER)
        about = (keys, times) if self.with_keys else ()
        items = [self._random.randbytes(86) for _ in range(LAYER)]
        self.archive.addLayer(self.layers, items, *about)
        self.layers += 1

    def commit(self) -> None:
        self.connection.transaction_manager.commit()
        self.connection.cacheGC()

    def bytes_per_item(self) -> int:
        return round(self.path.stat().st_size / self.layers / LAYER)

    def _change(self) -> list[int]:
        (page,) = self._random.choices(range(PAGES), cum_weights=self._pages)
        (actor,) = self._random.choices(range(ACTORS), cum_weights=self._pages[:ACTORS])
        principals = [key(PRINCIPAL, page % 40 * 4 + number) for number in range(4)]
        return [
            *(key(PAGE, page), key(ACTOR, actor), key(FOLDER, page % 2000)),
            *(key(TYPE, page % 5), key(ACTION, self._random.randrange(8)), *principals),
        ]

    def changed(self, kind: int, times: int) -> int:
        """Return a key of a kind that is in about so many layers."""
        return min(
            (key for key in self.changes if key >> 28 == kind),
            key=lambda key: (abs(self.changes[key] - times), key),
        )


def main() -> None:
    searches, size = {}, 10_000
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "known.fs")
        while size <= LARGEST:
            progress(f"{size} items")
            history.grow(size // LAYER)
            searches[str(size)] = _searches(history)
            size *= 10
        plain = History(Path(folder) / "plain.fs", with_keys=False)
        plain.grow(min(history.layers, 12_500))
        results = {
            "searches": searches,
            "bytes per item": {
                "with keys": history.bytes_per_item(),
                "without keys": plain.bytes_per_item(),
            },
            "adding": _adding(history),
        }
        for each in (history, plain):
            each.connection.close()
            each.db.close()
    method = (
        f"a FileStorage, layers of {LAYER} items of 86 bytes with nine keys each; one connection "
        f"with an empty cache; processor time as the median of {ROUNDS} searches"
    )
    write("searching", method, ["ZODB", "persistent"], results)


def _searches(history: History) -> dict[str, dict]:
    middle_time = history.layers * LAYER // 2
    questions = {
        "a key that no layer has": {"having": [[key(MISSING, 0)]]},
        "a page in 7 layers": {"having": [[history.changed(PAGE, 7)]]},
        "a page in 28 layers": {"having": [[history.changed(PAGE, 28)]]},
        "the rarest actor": {"having": [[history.changed(ACTOR, 0)]]},
        "an actor and a page": {
            "having": [
                [history.changed(ACTOR, 0)],
                [history.changed(PAGE, 28)],
            ]
        },
        "some items in the middle, by time": {
            "since": middle_time,
            "until": middle_time + 20,
        },
    }
    return {name: _search(history, asked) for name, asked in questions.items()}


def _search(history: History, asked: dict) -> dict:
    connection, seconds = history.connection, []
    for _ in range(ROUNDS):
        connection.cacheMinimize()
        connection.getTransferCounts(clear=True)
        began = process_time()
        found = sum(1 for _ in islice(history.archive.layers(**asked), 20))
        seconds.append(process_time() - began)
    records, _ = connection.getTransferCounts()
    milliseconds = middle([1000 * each for each in seconds], 1)
    return {"found": found, "records": records, "milliseconds": milliseconds}


def _adding(history: History) -> dict:
    """Add layers one to a transaction, until one of them ends a span of the greatest length."""
    loads, seconds, sizes = [], [], []
    for _ in range(LONGEST):
        before = history.path.stat().st_size
        history.connection.cacheMinimize()
        history.connection.getTransferCounts(clear=True)
        began = process_time()
        history.add()
        seconds.append(process_time() - began)
        loads.append(history.connection.getTransferCounts()[0])
        history.commit()
        sizes.append(history.path.stat().st_size - before)
    return {
        "records": middle(loads, 0),
        "milliseconds": middle([1000 * each for each in seconds]),
        "bytes": middle(sizes, 0),
    }


if __name__ == "__main__":
    main()
