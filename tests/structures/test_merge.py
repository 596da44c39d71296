"""The helpers of the conflict resolutions."""

from collective.appendonly.structures.merge import holds_references
from collective.appendonly.structures.merge import refuse
from collective.appendonly.structures.merge import same
from collective.appendonly.structures.merge import same_items
from decimal import Decimal
from ZODB.ConflictResolution import PersistentReference
from ZODB.POSException import ConflictError

import pytest


class Plain:
    """Has no __eq__, as many an item."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Ambiguous(Plain):
    """Compares as an array of numbers does."""

    def __eq__(self, other):
        raise ValueError("The truth value is ambiguous.")


class Raising(Plain):
    """Cannot be compared, nor pickled if so wanted."""

    picklable = True

    def __eq__(self, other):
        raise self.error

    def __reduce__(self):
        if not self.picklable:
            raise self.error
        return super().__reduce__()


def ring(*items):
    """Return a list that contains itself."""
    ring = list(items)
    ring.append(ring)
    return ring


def nested(depth):
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner


# Functions that make an item that refuses comparison, and a different one of the kind.
ODD = {
    "a list in itself": (lambda: ring(1), lambda: ring(2)),
    "a dict in itself": (lambda: {"a": ring(1)}, lambda: {"a": ring(2)}),
    "a signaling NaN": (lambda: Decimal("sNaN"), lambda: Decimal("sNaN1")),
    "a NaN": (lambda: Decimal("NaN"), lambda: Decimal("-NaN")),
    "a NaN in a tuple": (lambda: ("a", float("nan")), lambda: ("b", float("nan"))),
    **{
        type(error).__name__: (
            lambda error=error: Raising(error=error, number=1),
            lambda error=error: Raising(error=error, number=2),
        )
        for error in [TypeError(), KeyError("x"), RuntimeError(), ConflictError()]
    },
}
# As far as a merge can know.
UNKNOWN = {
    "neither compared nor pickled": lambda: Raising(error=OSError(), picklable=False),
    "too deep": lambda: Plain(inner=nested(100_000)),
    "not pickled, in a set": lambda: Plain(members={1, frozenset([lambda: None])}),
}


@pytest.mark.parametrize("make, make_other", ODD.values(), ids=ODD)
def test_an_item_that_cannot_be_compared_is_the_same_by_its_pickle(make, make_other):
    assert same(make(), make())
    assert same_items(["a", make(), "b"], ["a", make(), "b"])
    assert not same(make(), make_other())
    assert not same_items(["a", make(), "b"], ["a", make_other(), "b"])
    assert not holds_references([make()])


# Each state has its own objects, and its sets have been filled in another order.
NUMBERS = [8, 0, 16, 24]


@pytest.mark.parametrize("kind", [set, frozenset])
@pytest.mark.parametrize(
    "wrap", [list, Plain, lambda tags: Plain(of=[(tags, Plain())])]
)
@pytest.mark.parametrize("make", [int, str, float, lambda number: b"%d" % number])
def test_the_members_of_a_set_come_in_any_order(kind, wrap, make):
    def item(numbers, extra=()):
        tags = kind([*map(make, numbers), *extra])
        return Plain(tags=tags) if wrap is Plain else wrap([tags])

    assert same(item(NUMBERS), item(NUMBERS[::-1]))
    assert not same(item(NUMBERS), item(NUMBERS[1:]))
    assert not same(item(NUMBERS), item(NUMBERS, [float("nan")]))
    assert not same(item(NUMBERS), item(NUMBERS[1:], [make(7)]))
    assert same(item(NUMBERS, [float("nan")]), item(NUMBERS[::-1], [float("nan")]))


def test_a_set_is_not_taken_for_another_kind_of_set_or_for_a_list():
    kinds = [Plain(a=kind([1])) for kind in (set, frozenset, list, tuple)]
    for number, item in enumerate(kinds):
        assert [same(item, other) for other in kinds].index(True) == number
        assert [same(item, other) for other in kinds].count(True) == 1


def test_references_in_a_set_are_found(references):
    holder = Plain(reference=references(1))
    assert holds_references([{holder}])
    assert holds_references([frozenset([1, ("x", frozenset([holder]))])])
    assert not holds_references([{Plain(a=1)}])


@pytest.mark.parametrize("make", UNKNOWN.values(), ids=UNKNOWN)
def test_an_item_of_which_nothing_can_be_known_is_another_one(make):
    assert not same(make(), make())
    assert not same_items(["a", make()], ["a", make()])
    assert holds_references(["a", make()])


def test_refuse_raises_a_conflict_error_that_says_why():
    with pytest.raises(ConflictError, match="the rule"):
        refuse("the rule")


@pytest.mark.parametrize(
    "ours, theirs, expected",
    [
        (b"x", b"x", True),
        (b"x", b"y", False),
        ({"a": [1]}, {"a": [1]}, True),
        (float("nan"), float("nan"), True),
        (Plain(a=1), Plain(a=1), True),
        (Plain(a=1), Plain(a=2), False),
        (Plain(a=1), Ambiguous(a=1), False),
        (Ambiguous(a=1), Ambiguous(a=1), True),
        (Ambiguous(a=1), Ambiguous(a=2), False),
    ],
)
def test_same_objects(ours, theirs, expected):
    assert same(ours, theirs) is expected


def test_references_to_one_object_are_the_same(references):
    assert same(references(1), references(1))


def test_references_to_different_objects_are_not_the_same(references):
    assert not same(references(1), references(2))


def test_references_with_and_without_a_class_are_the_same(references):
    bare = PersistentReference(references(1).oid)
    assert same(references(1), bare)
    assert same(Plain(a=references(1)), Plain(a=bare))


def test_references_within_items_are_compared(references):
    assert same(("x", references(1)), ("x", references(1)))
    assert not same(("x", references(1)), ("x", references(2)))
    assert same(Plain(a=references(1)), Plain(a=references(1)))
    assert not same(Plain(a=references(1)), Plain(a=references(2)))


def test_runs_of_items_are_the_same_if_each_item_is(references):
    ours = [1, references(1), Plain(a=1)]
    assert same_items(ours, [1, references(1), Plain(a=1)])
    assert not same_items(ours, [1, references(2), Plain(a=1)])
    assert not same_items(ours, [1, references(1), Plain(a=2)])


def test_runs_of_different_length_are_not_the_same(references):
    assert not same_items([references(1)], [references(1), references(2)])
    assert not same_items([1], [])


def test_references_are_found_wherever_they_are(references):
    assert holds_references([1, references(1)])
    assert holds_references([("x", Plain(a=[references(1)]))])
    assert not holds_references([1, "x", Plain(a=[1])])
    assert not holds_references([])


def test_weak_references_are_not_counted(references):
    weak = PersistentReference(["w", (references(1).oid,)])
    assert weak.weak
    assert not holds_references([weak])
