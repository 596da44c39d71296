"""Keys: the numbers by which entries are found without reading the log.

A key has 32 bits. The upper four say what it is about, such as a user or a word; the others are a
hash of the value. They are stored in the log, so everything that they depend on stays as it is. A
kind of key that is made in another way needs another number. Like ``entry.py`` this knows nothing
of Plone.
"""

from collections import Counter
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import folders_above
from functools import lru_cache
from hashlib import blake2b
from unicodedata import category
from unicodedata import normalize

import re


#: What keys are about. The numbers are stored.
UID, ACTOR, PRINCIPAL, FOLDER, ACTION, TYPE, WORD = range(7)

#: An item has up to so many keys of a kind. Instead of more it has one that stands for all.
MOST = 500

_HASH_BITS = 28
_HASHES = 2**_HASH_BITS

# Titles in these scripts have no spaces between words, or words with endings: Thai, Lao, Myanmar,
# Khmer, the Japanese syllabaries, ideographs, Hangul.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\U00020000-\U0003ffff"
)
_ASCII_WORDS = re.compile("[a-z0-9]+")
_RUNS = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED}]+")


def _all_of(kind: int) -> int:
    """Return the key that stands for all values of a kind. No value has this hash."""
    return kind << _HASH_BITS


_ALL_KEYS = frozenset(map(_all_of, range(2**4)))


class Keys:
    """The keys of the entries of one log.

    *secret* is a random hexadecimal number that the log keeps to itself. So nobody can find values
    that have the same key.
    """

    def __init__(self, secret: str):
        self._secret = bytes.fromhex(secret)

    def of(self, change_set: ChangeSet) -> set[int]:
        """Return the keys of all entries of *change_set*, within the bounds."""
        found: set[int] = set()
        for entry in change_set.entries:
            for kind, values in _facts(entry):
                if len(values) > MOST:
                    found.add(_all_of(kind))
                else:
                    found.update(self._keys(kind, values))
        return within_bounds(found)

    def wanted(self, kind: int, values: Iterable[str]) -> set[int]:
        """Return a group of keys: an entry with one of *values* has one of them.

        Other entries may have one, too.
        """
        return {_all_of(kind), *self._keys(kind, values)}

    def wanted_words(self, text: str) -> list[set[int]]:
        """Return a group of keys for each of the :func:`words` of *text*."""
        return [self.wanted(WORD, [word]) for word in sorted(words(text))]

    def _keys(self, kind: int, values: Iterable[str]) -> Iterator[int]:
        for value in values:
            # The log may have an imported or damaged entry with other values than strings.
            yield kind << _HASH_BITS | _hash(self._secret, str(value))


def within_bounds(keys: set[int]) -> set[int]:
    """Return the *keys* of some entries, with one that stands for all of a kind if it has many."""
    if len(keys) <= MOST and keys.isdisjoint(_ALL_KEYS):
        return keys
    counts = Counter(key >> _HASH_BITS for key in keys)
    many = {
        kind for kind, count in counts.items() if count > MOST or _all_of(kind) in keys
    }
    few = {key for key in keys if key >> _HASH_BITS not in many}
    return few.union(map(_all_of, many))


def words(text: str) -> set[str]:
    """Return the words in *text* in a form in which they can be compared.

    Case does not matter, nor how accents are composed. In scripts without spaces between words,
    each character is a word, and so is each pair of characters.
    """
    if text.isascii():
        return set(_ASCII_WORDS.findall(text.lower()))  # the same, but much faster
    text = normalize("NFKC", normalize("NFKC", text).casefold())
    # Marks belong to words: in some scripts they are vowels.
    parts = "".join(char if category(char)[0] in "LMN" else " " for char in text)
    return {word for run in _RUNS.finditer(parts) for word in _words(run)}


def _words(run: re.Match) -> Iterable[str]:
    unspaced = run[1]
    if unspaced is None:
        return run[0].split()
    return [*unspaced, *map("".join, zip(unspaced, unspaced[1:], strict=False))]


def _facts(entry: Entry) -> Iterator[tuple[int, Collection[str]]]:
    yield UID, [entry.uid]
    yield TYPE, [entry.portal_type]
    yield ACTOR, [] if entry.actor is None else [entry.actor]
    yield ACTION, entry.actions
    yield PRINCIPAL, entry.principals
    yield FOLDER, folders_above(str(entry.path))
    yield WORD, words(str(entry.title))


# As many as a large folder has objects.
@lru_cache(maxsize=2**15)
def _hash(secret: bytes, value: str) -> int:
    """Return a number from 1 to 2**28 - 1."""
    data = value.encode("utf-8", "surrogatepass")
    digest = blake2b(data, key=secret, digest_size=8).digest()
    return 1 + int.from_bytes(digest, "big") % (_HASHES - 1)
