"""Parts: which keys a span of layers has, and which of its five parts have each of them.

They take three to four bytes per key, in three byte strings, with the keys in ascending
order:

1. How many keys begin with each byte from 0 to 255: the lower bytes of these numbers, then
   the upper ones. Deflated.
2. The lower half of each key, little-endian. Keys are hashes, so it cannot be compressed.
3. The second byte of each key, less that of the key before if this begins with the same
   byte. Then the mask of each key: its lowest bit stands for the first part. Deflated.

To look for a key is to look for its lower half among those that begin with the same byte.
Others seldom have the same one, so the third string is inflated for hardly any other key.
"""

from array import array
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.structures.contents import Contents
from collective.appendonly.structures.contents import ends
from collective.appendonly.structures.contents import MOST_KEYS
from collective.appendonly.structures.contents import pack
from collective.appendonly.structures.contents import unpack
from functools import cached_property
from itertools import accumulate
from itertools import chain
from itertools import compress
from itertools import pairwise

import zlib


Packed = tuple[bytes, bytes, bytes]

FIRST = 1
ALL = 0b11111

# To unpack the keys takes as long as to look for so many, and one more for so many there are.
_LOOK_UPS = 40
_KEYS_PER_LOOK_UP = 28


def unite(parts: Sequence[Contents]) -> tuple[dict[int, int], int, tuple | None]:
    """Return the masks of all keys, the mask of parts whose keys are not known, and times.

    If there are too many keys, only those of the first part are known.
    """
    masks: dict[int, int] = {}
    unknown = 0
    for number, (keys, _) in enumerate(parts):
        if keys is None:
            unknown |= 1 << number
            continue
        for key in unpack(keys):
            masks[key] = masks.get(key, 0) | 1 << number
    if len(masks) > MOST_KEYS:
        unknown |= ALL - FIRST
        masks = {key: FIRST for key, mask in masks.items() if mask & FIRST}
    times = [times for _, times in parts]
    return masks, unknown, None if None in times else ends(chain(*times))


def pack_parts(masks: Mapping[int, int]) -> Packed:
    keys = sorted(masks)
    counts = [0] * 256
    for key in keys:
        counts[key >> 24] += 1
    halves = [-1, *(key >> 16 for key in keys)]
    seconds = bytes(
        half - before if half >> 8 == before >> 8 else half & 255
        for before, half in pairwise(halves)
    )
    return (
        _deflate(bytes(n & 255 for n in counts) + bytes(n >> 8 for n in counts)),
        b"".join((key & 0xFFFF).to_bytes(2, "little") for key in keys),
        _deflate(seconds + bytes(masks[key] for key in keys)),
    )


class Parts:
    """The keys of a span, with the parts that have each of them."""

    def __init__(self, packed: Packed) -> None:
        self.packed = packed
        self._inflated: dict[int, tuple[bytes, bytes]] = {}

    def having_each(self, groups: Sequence[Collection[int]]) -> int:
        """Return the mask of the parts that have a key of each group."""
        asked = []
        for group in groups:
            places = None if self._are_many(group) else self._places_of(group)
            # Most groups are not there. That is seen before the rest is inflated.
            if places == []:
                return 0
            asked.append((group, places))
        parts = ALL
        for group, places in asked:
            parts &= self._having(group) if places is None else self._having_at(places)
            if not parts:
                break
        return parts

    def keys_of(self, parts: int) -> bytes | None:
        """Return the keys that one of the parts has, as a layer stores them."""
        numbers, masks = self._unpacked
        return pack(array("I", compress(numbers, [mask & parts for mask in masks])))

    @property
    def masks(self) -> dict[int, int]:
        return dict(zip(*self._unpacked, strict=True))

    def is_valid(self) -> bool:
        """Return whether these are keys and masks as they are stored."""
        try:
            numbers, masks = self._unpacked
        except (TypeError, ValueError, IndexError, zlib.error):
            return False
        return (
            len(numbers) == len(masks) <= MOST_KEYS
            and all(map(int.__lt__, numbers, numbers[1:]))
            and all(0 < mask <= ALL for mask in masks)
        )

    def _having(self, group: Collection[int]) -> int:
        numbers, masks = self._unpacked
        found = 0
        for mask in set(compress(masks, map(group.__contains__, numbers))):
            found |= mask
        return found

    def _having_at(self, places: Iterable[tuple[int, int, int]]) -> int:
        seconds, masks = self._inflate(2, len(self.packed[1]) // 2)
        found = 0
        for key, first, at in places:
            if sum(seconds[first : at + 1]) == key >> 16 & 255:
                found |= masks[at]
        return found

    def _are_many(self, group: Collection[int]) -> bool:
        return len(group) > _LOOK_UPS + len(self.packed[1]) // 2 // _KEYS_PER_LOOK_UP

    def _places_of(self, group: Collection[int]) -> list[tuple[int, int, int]]:
        """Return where keys of a group may be, each with the key.

        As the place of the first key with the same first byte, and that of one that has
        the same lower half as well.
        """
        ones, more = self._inflate(0, 256)
        halves, found = self.packed[1], []
        for key in group:
            byte, half = key >> 24, (key & 0xFFFF).to_bytes(2, "little")
            first = sum(ones[:byte]) + 256 * sum(more[:byte])
            stop = 2 * (first + ones[byte] + 256 * more[byte])
            at = halves.find(half, 2 * first, stop)
            while at >= 0:
                if at % 2 == 0:
                    found.append((key, first, at // 2))
                at = halves.find(half, at + 1, stop)
        return found

    def _inflate(self, number: int, half: int) -> tuple[bytes, bytes]:
        """Return the halves of a string, which the next search may need as well."""
        halves = self._inflated.get(number)
        if halves is None:
            data = zlib.decompress(self.packed[number], -15)
            halves = self._inflated[number] = data[:half], data[half:]
        return halves

    @cached_property
    def _unpacked(self) -> tuple[array, bytes]:
        """All keys, and their masks."""
        _, halves, _ = self.packed
        seconds, masks = self._inflate(2, len(halves) // 2)
        keys, start = bytearray(2 * len(halves)), 0
        firsts, sums = bytearray(), bytearray()
        counts = zip(*self._inflate(0, 256), strict=True)
        for first, (ones, more) in enumerate(counts):
            if ones or more:
                count = ones + 256 * more
                firsts += bytes([first]) * count
                sums += bytes(accumulate(seconds[start : start + count]))
                start += count
        keys[::4], keys[1::4], keys[2::4] = halves[::2], halves[1::2], sums
        keys[3::4] = firsts
        return unpack(bytes(keys)), masks


def _deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(data) + deflater.flush()
