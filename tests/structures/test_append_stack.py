"""AppendStack: items, positions, limits and pruning, in memory."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive

import copy
import enum
import pytest


class Pruner:
    """Keeps what it gets; raises at one generation on demand."""

    def __init__(self, raise_at=None):
        self.got = []
        self.raise_at = raise_at

    def __call__(self, generation, items):
        if generation == self.raise_at:
            raise LookupError(generation)
        self.got.append((generation, items))


def make(items, max_layers=2, max_length=3, first_generation=0):
    """Make a stack that holds the items, by hand: it may hold a surplus."""
    stack = AppendStack(max_layers, max_length)
    stack.__setstate__((max_layers, max_length, first_generation, list(items)))
    return stack


def layers(stack):
    return list(stack.layers())


# The idiom


def test_items_go_from_stack_to_archive_and_are_read_from_both():
    stack, archive = AppendStack(max_layers=2, max_length=2), Archive()
    for number in range(7):
        stack.push(number, archive.addLayer)
    assert list(stack) == [(3, 0, 6), (2, 1, 5), (2, 0, 4)]
    assert list(archive) == [(1, 1, 3), (1, 0, 2), (0, 1, 1), (0, 0, 0)]


# Making a stack


def test_defaults():
    stack = AppendStack()
    assert (stack.max_layers, stack.max_length) == (10, 100)
    assert (stack.first_generation, stack.generation) == (0, -1)
    assert len(stack) == 0
    assert not stack
    assert list(stack) == layers(stack) == []


def test_a_stack_may_start_at_a_later_generation():
    stack = AppendStack(2, 3, first_generation=7)
    assert stack.generation == 6
    stack.push("x")
    assert list(stack) == [(7, 0, "x")]


@pytest.mark.parametrize("name", ["max_layers", "max_length"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_below_one_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"AppendStack: .* {name} is {value}, pass 1"):
        AppendStack(**{name: value})


def test_a_negative_first_generation_is_refused():
    with pytest.raises(ValueError, match="first_generation is -1, pass 0 or more"):
        AppendStack(first_generation=-1)


@pytest.mark.parametrize("name", ["max_layers", "max_length", "first_generation"])
@pytest.mark.parametrize("value", [True, 2.0, "2", None])
def test_what_is_no_int_is_refused_by_name(name, value):
    with pytest.raises(TypeError, match=f"{name} must be an int, not {value!r}"):
        AppendStack(**{name: value})


def test_an_enum_as_limit_leaves_no_class_in_the_state():
    limits = enum.IntEnum("Limits", {"layers": 2})
    assert type(AppendStack(max_layers=limits.layers).__getstate__()[0]) is int


@pytest.mark.parametrize(
    "name", ["max_layers", "max_length", "first_generation", "generation"]
)
def test_properties_are_read_only(name):
    with pytest.raises(AttributeError):
        setattr(AppendStack(), name, 5)


# Items and positions


def test_items_are_yielded_newest_first_with_their_positions():
    assert list(make("abcde")) == [
        (1, 1, "e"),
        (1, 0, "d"),
        (0, 2, "c"),
        (0, 1, "b"),
        (0, 0, "a"),
    ]


def test_layers_are_yielded_oldest_first():
    assert layers(make("abcde", first_generation=4)) == [
        (4, ["a", "b", "c"]),
        (5, ["d", "e"]),
    ]


def test_changing_a_yielded_layer_leaves_the_stack_alone():
    stack = make("ab")
    for _, items in stack.layers():
        items.clear()
    assert len(stack) == 2


def test_generation_is_that_of_the_newest_item():
    stack = AppendStack(5, 2)
    generations = []
    for item in "abcde":
        stack.push(item)
        generations.append(stack.generation)
    assert generations == [0, 0, 1, 1, 2]


def test_generation_of_an_empty_stack_is_the_one_that_left_last():
    stack, archive = make("abcd"), Archive()
    stack.prune(archive.addLayer)
    assert stack.generation == archive.generation == 1
    assert stack.first_generation == 2


def test_iteration_is_over_a_snapshot():
    stack = make("abc")
    iterators = iter(stack), stack.newer(0, 0), stack.older(0, 2), stack.layers()
    stack.push("d")
    stack.prune()
    assert [len(list(iterator)) for iterator in iterators] == [3, 2, 2, 1]


@pytest.mark.parametrize(
    "position, newer, older",
    [
        ((4, 0), "hgfedcb", ""),
        ((4, 1), "hgfedc", "a"),
        ((4, 2), "hgfed", "ba"),
        ((5, 0), "hgfe", "cba"),
        ((6, 1), "", "gfedcba"),
        # positions that are not there
        ((4, 99), "hgfed", "cba"),
        ((4, -1), "hgfedcba", ""),
        ((4, -99), "hgfedcba", ""),
        ((5, -1), "hgfed", "cba"),
        ((6, 2), "", "hgfedcba"),
        ((6, 99), "", "hgfedcba"),
        ((0, 0), "hgfedcba", ""),
        ((-1, 0), "hgfedcba", ""),
        ((99, 0), "", "hgfedcba"),
    ],
)
def test_newer_and_older_than_a_position(position, newer, older):
    stack = make("abcdefgh", max_layers=3, first_generation=4)
    assert "".join(item for _, _, item in stack.newer(*position)) == newer
    assert "".join(item for _, _, item in stack.older(*position)) == older


def test_newer_and_older_compare_positions_as_pairs():
    stack = make(range(8), max_layers=3, first_generation=4)
    for position in [(g, i) for g in range(2, 9) for i in range(-2, 6)]:
        everything = list(stack)
        assert list(stack.newer(*position)) == [
            found for found in everything if found[:2] > position
        ]
        assert list(stack.older(*position)) == [
            found for found in everything if found[:2] < position
        ]


def test_newer_and_older_of_an_empty_stack():
    assert list(AppendStack().newer(0, 0)) == list(AppendStack().older(9, 9)) == []


def test_length_and_truth():
    assert len(make("abcd")) == 4
    assert make("a")


def test_repr_says_what_it_is():
    assert repr(make("abcd", first_generation=3)) == (
        "<AppendStack of 2 x 3: 4 items from generation 3>"
    )


def test_a_copy_is_independent():
    stack = make("ab")
    copied = copy.copy(stack)
    copied.push("c")
    assert (len(stack), len(copied)) == (2, 3)


# Pruning


def test_a_full_stack_hands_over_its_oldest_layer_before_it_takes_the_item():
    stack, pruner = make("abcdef"), Pruner()
    lengths = []

    def note(generation, items):
        lengths.append(len(stack))
        pruner(generation, items)

    stack.push("g", note)
    assert pruner.got == [(0, ["a", "b", "c"])]
    assert lengths == [6]
    assert layers(stack) == [(1, ["d", "e", "f"]), (2, ["g"])]


def test_nothing_is_pruned_while_there_is_room():
    stack, pruner = make("abcde"), Pruner()
    stack.push("f", pruner)
    assert pruner.got == []


def test_without_a_pruner_the_layer_is_dropped():
    stack = make("abcdef")
    stack.push("g")
    assert layers(stack) == [(1, ["d", "e", "f"]), (2, ["g"])]


def test_a_stack_of_one_layer_of_one_item():
    stack, pruner = AppendStack(1, 1), Pruner()
    for item in "abc":
        stack.push(item, pruner)
    assert pruner.got == [(0, ["a"]), (1, ["b"])]
    assert list(stack) == [(2, 0, "c")]


def test_a_stack_of_one_layer_hands_it_over_when_full():
    stack, pruner = make("abc", max_layers=1), Pruner()
    stack.push("d", pruner)
    assert pruner.got == [(0, ["a", "b", "c"])]
    assert layers(stack) == [(1, ["d"])]


def test_a_surplus_is_handed_over_oldest_first():
    stack, pruner = make("abcdefghi"), Pruner()
    stack.push("j", pruner)
    assert pruner.got == [(0, ["a", "b", "c"]), (1, ["d", "e", "f"])]
    assert layers(stack) == [(2, ["g", "h", "i"]), (3, ["j"])]


def test_a_surplus_waits_for_the_push_that_begins_a_layer():
    stack, pruner = make("abcdefgh"), Pruner()
    stack.push("i", pruner)
    assert pruner.got == []
    assert layers(stack)[-1] == (2, ["g", "h", "i"])
    stack.push("j", pruner)
    assert pruner.got == [(0, ["a", "b", "c"]), (1, ["d", "e", "f"])]


def test_a_surplus_of_more_than_max_layers_does_not_wait():
    stack, pruner = make("abcdefghijkl" + "m"), Pruner()
    stack.push("n", pruner)
    assert [generation for generation, _ in pruner.got] == [0, 1, 2]
    assert layers(stack) == [(3, ["j", "k", "l"]), (4, ["m", "n"])]


def test_the_pruner_owns_its_list():
    stack = make("abcdef")
    stack.push("g", lambda generation, items: items.clear())
    assert layers(stack) == [(1, ["d", "e", "f"]), (2, ["g"])]


def test_a_pruner_that_raises_leaves_the_stack_as_it_was():
    stack, pruner = make("abcdef"), Pruner(raise_at=0)
    with pytest.raises(LookupError):
        stack.push("g", pruner)
    assert layers(stack) == layers(make("abcdef"))


def test_layers_handed_over_before_the_pruner_raised_are_gone():
    stack, pruner = make("abcdefghi", max_layers=1), Pruner(raise_at=1)
    with pytest.raises(LookupError):
        stack.push("j", pruner)
    assert pruner.got == [(0, ["a", "b", "c"])]
    assert layers(stack) == [(1, ["d", "e", "f"]), (2, ["g", "h", "i"])]


def test_the_next_push_goes_on_where_the_pruner_raised():
    stack, pruner = make("abcdefghi", max_layers=1), Pruner(raise_at=1)
    with pytest.raises(LookupError):
        stack.push("j", pruner)
    pruner.raise_at = None
    stack.push("j", pruner)
    assert [generation for generation, _ in pruner.got] == [0, 1, 2]
    assert layers(stack) == [(3, ["j"])]


def generator(generation, items):
    yield generation


async def coroutine(generation, items):
    pass


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("pruner", [generator, coroutine, lambda *args: 0])
def test_a_pruner_that_returns_something_is_refused(pruner):
    stack = make("abcdef")
    with pytest.raises(TypeError, match="AppendStack.* returned .* returns None"):
        stack.push("g", pruner)
    assert len(stack) == 6


CHANGES = {
    "push": lambda stack: stack.push("x"),
    "prune": lambda stack: stack.prune(),
    "more layers": lambda stack: stack.resize(max_layers=3),
    "fewer layers": lambda stack: stack.resize(max_layers=1),
    "longer layers": lambda stack: stack.resize(max_length=5),
    "replace": lambda stack: stack.replace(1, "xyz"),
    "replace twice": lambda stack: (stack.replace(0, "xyz"), stack.replace(0, "abc")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_pruner_that_changes_the_stack_is_refused(change):
    stack = make("abcdef")

    def pruner(generation, items):
        change(stack)

    with pytest.raises(RuntimeError, match="changed the stack that called it"):
        stack.push("g", pruner)
    assert "g" not in [item for _, _, item in stack]


def test_prune_hands_over_everything_oldest_first():
    stack, pruner = make("abcd"), Pruner()
    stack.prune(pruner)
    assert pruner.got == [(0, ["a", "b", "c"]), (1, ["d"])]
    assert layers(stack) == []


def test_prune_keeps_the_newest_layers():
    stack, pruner = make("abcdefgh", max_layers=3), Pruner()
    stack.prune(pruner, keep=2)
    assert pruner.got == [(0, ["a", "b", "c"])]
    assert layers(stack) == [(1, ["d", "e", "f"]), (2, ["g", "h"])]


def test_prune_with_nothing_to_hand_over():
    pruner = Pruner()
    make("abcd").prune(pruner, keep=2)
    make("abcd").prune(pruner, keep=99)
    AppendStack().prune(pruner)
    assert pruner.got == []


def test_the_next_generation_follows_a_pruned_layer_that_was_not_full():
    stack = make("abcd")
    stack.prune()
    stack.push("e")
    assert list(stack) == [(2, 0, "e")]


@pytest.mark.parametrize("keep, error", [(-1, ValueError), (None, TypeError)])
def test_prune_names_a_wrong_number(keep, error):
    with pytest.raises(error, match="AppendStack: .*keep"):
        make("abcd").prune(keep=keep)


# Limits


def test_lowering_max_layers_hands_over_the_surplus_oldest_first():
    stack, pruner = make("abcdefgh", max_layers=3), Pruner()
    stack.resize(max_layers=1, pruner=pruner)
    assert pruner.got == [(0, ["a", "b", "c"]), (1, ["d", "e", "f"])]
    assert (stack.max_layers, stack.max_length) == (1, 3)
    assert layers(stack) == [(2, ["g", "h"])]


def test_raising_max_layers_hands_over_nothing():
    stack, pruner = make("abcdef"), Pruner()
    stack.resize(max_layers=3, pruner=pruner)
    stack.push("g", pruner)
    assert pruner.got == []
    assert len(stack) == 7


def test_changing_max_length_hands_over_everything():
    stack, pruner = make("abcd"), Pruner()
    stack.resize(max_length=5, pruner=pruner)
    assert pruner.got == [(0, ["a", "b", "c"]), (1, ["d"])]
    assert (stack.max_layers, stack.max_length) == (2, 5)
    stack.push("e")
    assert list(stack) == [(2, 0, "e")]


def test_resize_to_the_same_limits_changes_nothing():
    stack, pruner = make("abcdefghij"), Pruner()
    stack.resize(pruner=pruner)
    stack.resize(max_layers=2, max_length=3, pruner=pruner)
    assert pruner.got == []


def test_the_limits_stay_if_the_pruner_raises():
    stack = make("abcd")
    with pytest.raises(LookupError):
        stack.resize(max_length=5, pruner=Pruner(raise_at=0))
    assert (stack.max_length, len(stack)) == (3, 4)


@pytest.mark.parametrize("limits", [{"max_layers": 0}, {"max_length": -1}])
def test_wrong_limits_are_refused_before_anything_is_pruned(limits):
    stack = make("abcd")
    with pytest.raises(ValueError, match="AppendStack"):
        stack.resize(**limits)
    assert len(stack) == 4


# Starting again


def test_an_empty_stack_goes_on_at_a_higher_generation():
    stack = make("abcd", first_generation=5)
    stack.prune()
    stack.restart(9)
    assert (stack.first_generation, stack.generation, len(stack)) == (9, 8, 0)
    stack.push("e")
    assert list(stack) == [(9, 0, "e")]


def test_a_stack_that_holds_items_does_not_restart():
    stack = make("abcd")
    with pytest.raises(ValueError, match="must be empty, so prune it first"):
        stack.restart(9)
    assert layers(stack) == [(0, ["a", "b", "c"]), (1, ["d"])]


@pytest.mark.parametrize("generation", [4, 0])
def test_a_stack_does_not_go_back_to_a_lower_generation(generation):
    stack = AppendStack(2, 3, first_generation=5)
    with pytest.raises(ValueError, match="pass 5 or more"):
        stack.restart(generation)
    assert stack.first_generation == 5


@pytest.mark.parametrize("generation", [True, 2.0, None])
def test_restart_names_what_is_no_int(generation):
    with pytest.raises(TypeError, match="first_generation must be an int"):
        AppendStack().restart(generation)


def test_a_restart_where_it_is_writes_nothing(database):
    database.store(stack=AppendStack(2, 3, first_generation=5))
    stack = database.load("stack")
    stack.restart(5)
    assert not stack._p_changed
    stack.restart(6)
    assert stack._p_changed


# What is written


def test_what_writes_and_what_does_not(database):
    database.store(stack=make("abcd"))
    stack = database.load("stack")
    list(stack), list(stack.newer(0, 0)), list(stack.layers()), len(stack), repr(stack)
    stack.resize(max_layers=2)
    stack.prune(keep=2)
    assert not stack._p_changed
    stack.push("e")
    assert stack._p_changed


def test_a_stack_is_read_as_it_was_written(database):
    database.store(stack=make("abcd", first_generation=5))
    database.change(lambda root: root["stack"].push("e"))
    stack = database.load("stack")
    assert (stack.max_layers, stack.max_length) == (2, 3)
    assert layers(stack) == [(5, ["a", "b", "c"]), (6, ["d", "e"])]
