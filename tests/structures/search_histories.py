"""Random histories of an archive that is searched.

What a search has to find follows from the items themselves: a plain scan of the archive
is the model."""

from collective.appendonly import Archive
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from hypothesis.stateful import rule
from tests.structures.histories import CONNECTIONS
from tests.structures.histories import KINDS
from tests.structures.histories import number_of
from tests.structures.log_histories import ARCHIVE
from tests.structures.log_histories import HistoriesOfEverything
from tests.structures.log_histories import MAX_LENGTH


REKEY = frozenset({"index", "replace in archive"})
# Which generations are added with their keys.
KNOWN = {
    "all": lambda generation: True,
    "none": lambda generation: False,
    "most": lambda generation: generation % 7 != 5,
    "later": lambda generation: generation > 4,
}


def keys_of(item):
    """Return one key that many items share, and one that no other item has."""
    number = number_of(item)
    return [number % 5, 1000 + number]


def time_of(item):
    return number_of(item) * 37 % 50


def about(items):
    """Return the keys and times of items."""
    return [key for item in items for key in keys_of(item)], list(map(time_of, items))


def compare_search(archive):
    """Compare searches with a scan of the archive."""
    layers = [(each.generation, *about(each.items)) for each in archive.layers()]
    known = {}
    for layer, (_, keys, times) in zip(archive.layers(), layers, strict=True):
        known[layer.generation] = layer.keys is not None
        assert layer.keys in (None, tuple(sorted(set(keys))))
        assert layer.times in (None, (min(times), max(times)) if times else ())
        assert (layer.times is None) == (layer.keys is None)

    def compare(**asked):
        groups, since, until = map(asked.get, ("having", "since", "until"))
        expected = [
            generation
            for generation, keys, times in layers
            if not known[generation]
            or (
                all(set(group) & set(keys) for group in groups or ())
                and (since is None or (times and since <= max(times)))
                and (until is None or (times and min(times) <= until))
            )
        ]
        assert [layer.generation for layer in archive.layers(**asked)] == expected

    compare(having=[()])
    newest = [key for _, keys, _ in layers[:2] for key in keys]
    oldest = [key for _, keys, _ in layers[-2:] for key in keys]
    for key in {*newest, *oldest}:
        compare(having=[[key]])
    compare(having=[[1, 3], newest])
    compare(having=[[2]], since=10, until=20)
    compare(until=5)


class SearchHistories(HistoriesOfEverything):
    """Layers are added with keys and without, made known later, and replaced."""

    @initialize(
        max_layers=st.integers(2, 3),
        max_length=MAX_LENGTH,
        in_file=st.booleans(),
        kinds=st.sets(st.sampled_from(sorted(KINDS)), min_size=1),
        known=st.sampled_from(sorted(KNOWN)),
    )
    def begin(self, max_layers, max_length, in_file=False, kinds=("int",), known="all"):
        self.known = KNOWN[known]
        super().begin(max_layers, max_length, in_file, kinds)

    def archive(self, root, generation, items):
        root.archive.addLayer(generation, items, *self.about(generation, items))

    def exchange(self, holder, generation, items):
        if isinstance(holder, Archive):
            holder.replace(generation, iter(items), *self.about(generation, items))
        else:
            super().exchange(holder, generation, items)

    def about(self, generation, items):
        return about(items) if self.known(generation) else (None, None)

    def compare_with(self, root, model):
        super().compare_with(root, model)
        compare_search(root.archive)

    def may_conflict(self, mine, others):
        changes = ARCHIVE | {"index"}
        return (
            bool(mine.actions & REKEY and others & (changes | {"unarchive", "title"}))
            or bool(others & REKEY and mine.actions & changes)
            or bool("unarchive" in others and "index" in mine.actions)
            or super().may_conflict(mine, others)
        )

    def may_miss(self, mine, others):
        indexes = "unarchive" in others and "index" in mine.actions
        return super().may_miss(mine, others) or indexes

    @rule(
        number=CONNECTIONS,
        back=st.integers(0, 20),
        limit=st.none() | st.integers(1, 10),
        commit=st.booleans(),
    )
    def index(self, number, back=20, limit=None, commit=False):
        """Make some layers known, from one on, counted from the newest."""
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            archive = root.archive
            oldest = archive.generation - back
            unknown = list(archive.layers(having=[()]))
            layers = list(archive.oldest_first(oldest))[:limit]
            more = archive.index(lambda layer: about(layer.items), oldest, limit)
            assert None not in [layer.keys for layer in layers]
            above = layers[-1].generation + 1 if layers else None
            assert more == (above if above and archive.layer(above) else None)
            if any(layer in unknown for layer in layers):
                mine.actions.add("index")
