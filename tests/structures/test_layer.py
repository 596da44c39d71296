"""ArchiveLayer, and the way down a chain of layers."""

from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import cut
from collective.appendonly.structures.layer import find
from collective.appendonly.structures.layer import jump_depth
from collective.appendonly.structures.layer import jump_from
from collective.appendonly.structures.layer import lowest
from collective.appendonly.structures.layer import walk

import math
import pytest


def chain(count, floor=0):
    """Return layers, oldest first, of generations 0 to ``count``, one item each."""
    layers = [ArchiveLayer(0, ["item 0"])]
    for generation in range(1, count):
        head = layers[-1]
        layers.append(
            ArchiveLayer(
                generation,
                [f"item {generation}"],
                next=head,
                jump=jump_from(head, floor),
                below=generation,
            )
        )
    return layers


def depths(layers):
    return [layer.jump and layer.jump.generation for layer in layers]


def test_a_layer_yields_its_items_newest_first():
    layer = ArchiveLayer(3, iter("abc"))
    assert layer.generation == 3
    assert layer.items == ("a", "b", "c")
    assert list(layer) == [(2, "c"), (1, "b"), (0, "a")]


@pytest.mark.parametrize(
    "index, newer, older",
    [(1, "c", "a"), (0, "cb", ""), (2, "", "ba"), (-9, "cba", ""), (9, "", "cba")],
)
def test_newer_and_older_items(index, newer, older):
    layer = ArchiveLayer(0, "abc")
    assert "".join(item for _, item in layer.newer(index)) == newer
    assert "".join(item for _, item in layer.older(index)) == older


def test_the_first_layer_refers_to_nothing():
    layer = ArchiveLayer(5, "a")
    assert (layer.next, layer.jump, layer.depth, layer.below) == (None, None, 0, 0)
    assert (layer.next_generation, layer.jump_generation) == (None, None)


def test_a_layer_knows_the_generations_of_its_references():
    for layer in chain(40)[1:]:
        assert layer.next_generation == layer.next.generation
        assert layer.jump_generation == layer.jump.generation


def test_jumps_of_the_first_layers():
    assert depths(chain(16)) == [
        None, 0, 1, 0, 3, 4, 3, 0, 7, 8, 7, 10, 11, 10, 7, 0
    ]  # fmt: skip


def test_jumps_follow_the_rule_of_myers():
    rule = {0: 0}
    for depth in range(1, 5000):
        below = depth - 1
        first = rule[below]
        second = rule[first]
        equal = below - first == first - second
        rule[depth] = second if equal else below
        assert jump_depth(depth) == rule[depth]


def test_layers_built_one_by_one_have_the_jumps_of_the_rule():
    layers = chain(300)
    expected = [jump_depth(layer.depth) for layer in layers[1:]]
    assert depths(layers[1:]) == expected


def test_following_stops_at_the_floor():
    layer = chain(8)[-1]
    assert (layer.next_generation, layer.jump_generation) == (6, 0)
    assert layer.follow_next(6).generation == 6
    assert layer.follow_next(7) is None
    assert layer.follow_jump(0).generation == 0
    assert layer.follow_jump(1) is None


def test_a_predecessors_layer_asks_the_next_one_for_its_generation():
    layers = chain(3)
    layers[-1].next_generation = None
    assert layers[-1].follow_next(1).generation == 1
    assert layers[-1].follow_next(2) is None


@pytest.mark.parametrize("floor", range(40))
def test_lowest(floor):
    assert lowest(chain(40)[-1], floor).generation == floor


@pytest.mark.parametrize("count", [1, 2, 3, 10, 40])
def test_find_the_newest_layer_for_which_a_predicate_holds(count):
    head = chain(count)[-1]
    for bound in range(count):
        found = find(head, 0, lambda layer: layer.generation <= bound)  # noqa: B023
        assert found.generation == bound
    assert find(head, 0, lambda layer: False) is None
    assert find(head, 0, lambda layer: True) is head


def test_find_does_not_look_below_the_floor():
    assert find(chain(40)[-1], 20, lambda layer: layer.generation < 20) is None


@pytest.mark.parametrize("count", [10, 100, 1000])
def test_find_asks_few_layers(count):
    head = chain(count)[-1]
    for bound in range(count):
        asked = set()

        def reached(layer):
            asked.add(layer.generation)  # noqa: B023
            return layer.generation <= bound  # noqa: B023

        find(head, 0, reached)
        assert len(asked) <= 3 * math.log2(count)


def test_walk():
    layers = chain(10)
    assert list(walk(layers[-1], 4)) == layers[:3:-1]


@pytest.mark.parametrize("count", [2, 3, 8, 31, 40, 63])
def test_nothing_that_is_left_refers_below_a_cut(count):
    for floor in range(1, count):
        layers = chain(count)
        cut(layers[-1], floor)
        bottom = layers[floor]
        assert (bottom.next, bottom.jump) == (None, None)
        assert (bottom.next_generation, bottom.jump_generation) == (None, None)
        for layer in layers[floor + 1 :]:
            expected = max(jump_depth(layer.depth), floor)
            assert layer.jump is layers[expected]
            assert layer.jump_generation == expected


def test_a_cut_below_the_chain_changes_nothing():
    layers = chain(8)
    jumps = depths(layers)
    cut(layers[-1], 0)
    assert depths(layers) == jumps


def test_the_rule_goes_on_above_a_cut():
    layers = chain(20)
    cut(layers[-1], 13)
    for generation in range(20, 70):
        head = layers[-1]
        jump = jump_from(head, 13)
        layers.append(ArchiveLayer(generation, "x", head, jump, generation))
    for layer in layers[14:]:
        assert layer.jump is layers[max(jump_depth(layer.depth), 13)]


def test_repr():
    assert repr(ArchiveLayer(4, "ab")) == "<ArchiveLayer 4 of 2 items>"
