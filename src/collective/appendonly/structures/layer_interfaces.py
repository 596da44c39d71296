"""The interfaces of a layer, and of finding layers by what they are about.

Import them from ``interfaces``.
"""

from zope.interface import Attribute
from zope.interface import Interface


class IArchiveLayer(Interface):
    """The items of one generation, as they left the stack.

    Never changed again, except for the references to older layers, which
    ``IArchive.discard`` cuts, what ``IArchive.replace`` replaces, and keys and times,
    which ``IArchive.index`` may add.

    All attributes are read only. A layer cannot be copied or pickled by other means than
    the ZODB, nor can an archive that has layers: this is a TypeError.
    """

    generation = Attribute("The number of the layer.")

    items = Attribute("A tuple of the items, oldest first.")

    next = Attribute("The next older layer, or None.")

    jump = Attribute("A layer further down, or None. The rule is in ``layer.py``.")

    next_generation = Attribute(
        "Generation of ``next``, so that it need not be loaded to compare it. None if "
        "there is none, or in a record of appendonly 1.x."
    )

    jump_generation = Attribute("Generation of ``jump``, or None if there is none.")

    depth = Attribute(
        "The number of layers that were ever chained below; 0 in a record of appendonly 1.x."
    )

    below = Attribute(
        "The number of items that were ever archived before these; None in a record of "
        "appendonly 1.x."
    )

    keys = Attribute(
        "A tuple of the distinct keys, in ascending order; None if they are not known. "
        "Loads at most one summary."
    )

    times = Attribute(
        "A tuple of the least and the greatest time, empty if there is none; None if they "
        "are not known. Loads at most one summary."
    )

    rank = Attribute(
        "The number of layers directly below that have keys or had them; None if the "
        "keys of this one were never known. The rule of ranks is in ``summary.py``."
    )

    own = Attribute(
        "The pair of keys and times as layers store them, or None if they were never known. "
        "See ``contents.py``. Loads at most one summary."
    )

    contents = Attribute("The same, if it is stored here, and not in ``summary``.")

    summary = Attribute(
        "A record with the contents of a span of layers that this layer ends, and with "
        "its own. None if that span is this layer alone, or if ``rank`` is None."
    )

    def __iter__():
        """Yield ``(index, obj)``, newest first."""

    def newer(index):
        """Yield ``(index, obj)`` with a higher index, newest first."""

    def older(index):
        """Yield ``(index, obj)`` with a lower index, newest first."""

    def follow_next(floor):
        """Return ``next``, or None if it is of a lower generation than ``floor``.

        Does not load a layer to find out, except from a record of appendonly 1.x.
        """

    def follow_jump(floor):
        """Return ``jump``, or None if it is of a lower generation than ``floor``.

        Does not load a layer to find out.
        """


class IArchiveSearch(Interface):
    """The layers of an archive, and how they are found.

    A layer may be added with *keys*, which say what its items are about, and
    *times*. To the archive both are numbers only: a key is an int below 2**32, such as
    the hash of a word, a time is an int or a float. ``layers`` then passes over what
    lacks a key, in steps of up to 1365 layers. A search never misses a layer that holds
    what is asked for. It may yield others: layers that are not *known*, because they
    were added without keys or with more than 32 768, and those where two things have
    the same key. So look at the items.

    Known layers cost about eleven bytes per distinct key: four in the layer, the others in
    summaries, which are separate records, one per four layers.
    """

    def layers(newest=None, oldest=None, having=None, since=None, until=None):
        """Yield the layers between two generations, both included, newest first.

        None stands for the end of the archive. Finds the first with O(log n) loads.
        A layer that had to be loaded becomes a ghost when the next one is asked for.

        ``having`` is an iterable of groups, each an iterable of keys. A layer is yielded
        if it may hold a key of each group. An empty group has no key, so only layers
        that are not known are yielded.

        ``since`` and ``until`` are times. A layer is yielded if it may hold something
        between them, both included: if its least time is not after ``until``, and its
        greatest not before ``since``. Times may be in any order, unlike generations.

        Loads a summary per 1365 layers that are passed over, up to six summaries and
        layers per layer that is yielded, and each layer that is not known. If several
        groups or a time are asked for, it may also look into spans that hold no match.

        Raises TypeError or ValueError, when called, for keys and times that are no such
        numbers.
        """

    def index(contents_of, oldest=None, limit=None):
        """Make layers known that were added without keys, oldest first.

        ``contents_of(layer)`` returns a pair: the keys and the times of all items of a
        layer, as for ``addLayer``, or ``(None, None)`` if it cannot tell. It is not
        called for a layer whose keys are known.

        Looks at the layers from the generation ``oldest`` on, or from the oldest one. With
        ``limit``, looks at no more than so many, and returns the generation to pass as
        ``oldest`` to go on, in this transaction or another one. Returns None if there is
        nothing more to look at. To resume without having noted it, begin with None again:
        what is known already only has to be loaded.

        A summary whose record is lost is made anew. Until then, searches look for what it
        has said in the layers below.

        Items and positions stay. Searches find everything at any time, also between two
        calls. ``layers(having=[()])`` yields what is not known.

        Conflicts with concurrent additions, and with other changes of the archive that
        were committed meanwhile. The second commit has to be retried. So if layers are
        added often, keep ``limit`` small. Undo is refused if the archive was changed
        since.

        Raises TypeError or ValueError for keys and times that are no such numbers, and
        ValueError for a ``limit`` below 1.

        Write cost: each layer that becomes known, a summary per four of them, and the
        archive's record. Nothing is written if nothing becomes known.
        """
