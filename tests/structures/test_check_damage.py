"""The checker finds every wrong value of every attribute, but for those listed here.

Each structure is damaged in one place at a time: every attribute of every object gets a
dozen values of wrong types, and some near the right one. What the checker does not see
is to be in its documentation, and here.
"""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import problems
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.parts import pack_parts
from collective.appendonly.structures.parts import Parts
from collective.appendonly.structures.summary import Summary
from persistent.mapping import PersistentMapping
from ZODB.DemoStorage import DemoStorage

import pytest


ATTRIBUTES = {
    AppendStack: [
        *["_max_layers", "_max_length", "_first_generation", "_items", "_rewritten"]
    ],
    Accumulator: ["_consumed", "_items"],
    Archive: [
        *["_head", "_generation", "_total", "_horizon", "_discarded"],
        *["_rewritten", "_rekeyed"],
    ],
    ArchiveLayer: [
        *["generation", "items", "below", "depth"],
        *["next", "next_generation", "jump", "jump_generation"],
        *["rank", "contents", "summary"],
    ],
    Summary: [
        *["layer", "below", "parts", "unknown", "times", "own_times"],
    ],
}


def wrong_values(value, others):
    yield from (None, True, False, -1, 0, 1, 2.5, "x", [], (), {}, PersistentMapping())
    if isinstance(value, int):
        yield from (value - 1, value + 1, 2 * value + 1, float(value), str(value))
    if isinstance(value, list | tuple):
        yield from (value[1:], value + value[:1], tuple(value), list(value))
    if isinstance(value, Archive | ArchiveLayer | Summary | None):
        yield from others
    if isinstance(value, Parts):
        yield from wrong_parts(value)
    if isinstance(value, tuple) and are_spans(value):
        yield from wrong_spans(value, others)


def are_spans(value):
    return all(isinstance(each, tuple) for each in value) and any(
        isinstance(each[1], ArchiveLayer | Summary) for each in value
    )


def wrong_parts(parts):
    masks = parts.masks
    key, mask = next(iter(masks.items()))
    yield Parts(pack_parts({**masks, key: mask ^ 2 or 4}))
    yield Parts(pack_parts({**masks, 2**31: 2}))
    yield Parts(pack_parts({each: masks[each] for each in masks if each != key}))
    yield Parts((*parts.packed[:2], b""))


def wrong_spans(spans, others):
    """Change each span in turn."""
    for at, (generation, place) in enumerate(spans):
        ends = [None, True, -1, 2.5, generation - 1, generation + 1]
        wrong = [(end, place) for end in ends] + [(generation,), place]
        wrong += [(generation, None), *((generation, other) for other in others)]
        for each in wrong:
            if each != (generation, place):
                yield (*spans[:at], each, *spans[at + 1 :])
        yield (*spans[:at], *spans[at + 1 :])


def unseen(*objects, archive=None, others=lambda obj: ()):
    """Damage each object in turn, and return what is not noticed in the first one.

    As (object, attribute, value), layers by their generation.
    """
    found = []
    for obj in objects:
        places = list(others(obj))
        for attribute in ATTRIBUTES[type(obj)]:
            value = getattr(obj, attribute)
            for wrong in wrong_values(value, places):
                if wrong is value or (type(wrong) is type(value) and wrong == value):
                    continue
                setattr(obj, attribute, wrong)
                change = shown(obj), attribute, shown(wrong)
                if not problems(objects[0], archive) and change not in found:
                    found.append(change)
            setattr(obj, attribute, value)
    assert problems(objects[0], archive) == []
    return found


def shown(value):
    if isinstance(value, Summary):
        return "summary", value._v_generation
    if isinstance(value, ArchiveLayer):
        return value.generation
    if isinstance(value, Parts):
        return value.packed
    return type(value).__name__ if isinstance(value, Archive) else value


def unseen_in(archive):
    layers = list(archive.layers())
    summaries = [layer.summary for layer in layers if layer.summary is not None]
    for summary in summaries:
        summary._v_generation = summary.layer.generation
    above = dict(zip(layers[1:], layers, strict=False))
    stranger = Archive()
    stranger.addLayer(0, "xyz")
    stranger.addLayer(1, "xyz")

    def others(obj):
        yield from [obj, above.get(obj), stranger, *stranger.layers()]
        yield from layers[:2] + layers[-2:] + summaries[:2] + summaries[-2:]
        if isinstance(obj, ArchiveLayer) and obj.jump is not None:
            yield from [obj.jump.next, obj.jump.jump, above.get(obj.jump)]
        if isinstance(obj, Summary):
            yield from [obj.layer.next, above.get(obj.layer)]
            yield from [place for _, place in obj.below]

    return unseen(archive, *layers, *summaries, others=others)


def known(count, archive=None):
    archive = Archive() if archive is None else archive
    for generation in range(archive.generation + 1, count):
        archive.addLayer(generation, "xy", [generation], [generation])
    return archive


def filled(count, archive=None):
    archive = Archive() if archive is None else archive
    for generation in range(archive.generation + 1, count):
        archive.addLayer(generation, [(generation, 0), (generation, 1)])
    return archive


def discarded(count, before):
    archive = filled(count)
    archive.discard(before)
    return archive


def of_the_predecessor(count):
    archive = Archive.__new__(Archive)
    head = None
    for generation in range(count):
        layer = ArchiveLayer.__new__(ArchiveLayer)
        state = {"_generation": generation, "_stack": ["x", "y"], "_max_length": 2}
        layer.__setstate__({**state, "_next": head})
        head = layer
    archive.__setstate__({"_head": head, "_generation": count - 1})
    return archive


# Archives


@pytest.mark.large
def test_damage_in_a_long_archive():
    # It reads like an predecessor's layer, of which there may be one below all others.
    assert unseen_in(filled(40)) == [(0, "below", None)]


def test_damage_in_an_archive_that_begins_later():
    archive = Archive()
    archive.addLayer(7, "xy")
    assert unseen_in(filled(20, archive)) == [(7, "below", None)]


@pytest.mark.large
def test_damage_after_a_discard():
    assert unseen_in(discarded(40, before=13)) == []


@pytest.mark.large
def test_damage_after_a_discard_during_an_addition(open_database):
    database = open_database(DemoStorage())
    database.store(archive=filled(31))
    database.race(
        lambda root: root["archive"].discard(13),
        lambda root: filled(32, root["archive"]),
    )
    archive = filled(40, database.load("archive"))
    # Layer 31 jumps to layer 0. That is below the horizon, and never followed.
    assert archive.layer(31).jump_generation == 0
    found = unseen_in(archive)
    assert {change[:2] for change in found} == {(31, "jump"), (31, "jump_generation")}
    assert (31, "jump", None) not in found
    assert {new for _, name, new in found if name == "jump_generation"} == {1}


def test_damage_in_the_only_layer_that_is_left():
    found = unseen_in(discarded(40, before=39))
    assert {change[:2] for change in found} == {(39, "depth")}
    assert (39, "depth", -1) not in found


def test_damage_in_the_only_layer_ever():
    assert unseen_in(filled(1)) == [(0, "below", None)]


def test_damage_in_an_archive_without_layers():
    # An predecessor's archive did not count its items either.
    assert unseen_in(Archive()) == [("Archive", "_total", None)]
    assert unseen_in(discarded(20, before=20)) == [("Archive", "_total", None)]


def test_damage_in_the_predecessors_layers():
    found = unseen_in(of_the_predecessor(10))
    lost_rests = [(generation, "next", None) for generation in range(9, 0, -1)]
    assert [change for change in found if change[1] != "items"] == lost_rests
    assert all(type(new) is tuple for _, name, new in found if name == "items")
    # With layers of ours on top, the archive counts its items.
    assert unseen_in(filled(20, of_the_predecessor(10))) == []


# What is known of layers


LEFT = ["parts", "unknown", "times", "own_times"]


@pytest.mark.large
def test_damage_in_an_archive_whose_layers_are_known():
    # The layer below might have become known after the newest one.
    assert unseen_in(known(27)) == [(26, "rank", 0), (0, "below", None)]


@pytest.mark.large
def test_damage_in_what_is_known_of_layers_above_others():
    archive = known(30, filled(5))
    assert unseen_in(archive) == [(29, "rank", 0), (0, "below", None)]


def test_damage_in_the_predecessors_layers_that_became_known():
    archive = of_the_predecessor(30)
    archive.index(lambda layer: ([layer.generation], [layer.generation]))
    assert problems(archive) == []
    summary = archive.layer(14).summary
    ((_, place), *others) = summary.below
    summary.below = ((14, place), *others)
    assert problems(archive) == [
        "The summary of layer 14 says that a span ends at 14, not at 13."
    ]


@pytest.mark.large
def test_damage_after_a_discard_in_what_is_known():
    archive = known(40)
    archive.discard(13)
    assert {change[:2] for change in unseen_in(archive)} == {
        (39, "rank"),
        # Two spans were cut. What was discarded may be left in their summaries.
        *((("summary", 20), name) for name in LEFT),
        *((("summary", 14), name) for name in LEFT if name != "unknown"),
        # Layer 14 leads to its summary as well.
        (("summary", 19), "below"),
    }


OTHER_KEYS = (
    "The summary of layer {} has other keys or times than the layers in its span."
)


def test_wrong_keys():
    archive = known(47)
    layer, fitting = archive.layer(12), archive.layer(12).contents
    layer.contents = archive.layer(13).contents
    assert problems(archive) == [OTHER_KEYS.format(14)]
    layer.contents = fitting
    former = archive.layer(14).summary.parts
    archive.layer(14).summary.parts = archive.layer(9).summary.parts
    # It is in the span of layer 20, which is right, and says other keys.
    assert problems(archive) == [OTHER_KEYS.format(20), OTHER_KEYS.format(14)]
    archive.layer(14).summary.parts = former
    assert problems(archive) == []


def test_keys_of_the_wrong_parts():
    archive = known(47)
    summary = archive.layer(14).summary
    masks = summary.parts.masks
    assert masks == {14: 1, 13: 2, 12: 4, 11: 8, 10: 16}
    summary.parts = Parts(pack_parts({**masks, 12: 8}))
    assert problems(archive) == [
        "The summary of layer 14 says of a key that other layers have it than do."
    ]


def test_references_to_wrong_spans():
    archive = known(47)
    summary = archive.layer(14).summary
    spans = summary.below
    assert [end for end, _ in spans] == [13, 12, 11, 10, 9]
    summary.below = (spans[0], (12, archive.layer(11)), *spans[2:])
    assert problems(archive) == [
        "The summary of layer 14 refers to another span than the one that ends at 12."
    ]
    summary.below = spans[:4]
    found = problems(archive)
    assert "The summary of layer 14 refers to 4 spans, not to 5." in found
    summary.below = (*spans[:4], (9, archive.layer(9)))
    # A layer leads to the summary that it has.
    assert problems(archive) == []


def test_keys_that_were_discarded_may_be_left_in_summaries():
    archive = known(47)
    summary = archive.layer(14).summary
    former = summary.below, summary.parts, summary.times
    archive.discard(13)
    assert summary.below == former[0][:1]
    assert summary.parts.masks == {14: 1, 13: 2}
    summary.below, summary.parts, summary.times = former
    assert problems(archive) == []
    summary.parts = Parts(pack_parts({14: 1, 13: 4}))
    assert problems(archive) == [
        "The summary of layer 14 lacks keys or times of the layers in its span."
    ]


def test_a_summary_that_cannot_be_compared():
    archive = known(47)
    archive.layer(9).summary.below = 5
    cannot = "cannot be compared: TypeError: 'int' object is not subscriptable."
    assert problems(archive) == [
        f"The summary of layer 20 {cannot}",
        "The summary of layer 9: below cannot be 5.",
    ]


def test_an_archive_of_the_same_shape_is_not_seen():
    archive = filled(40)
    archive._head = filled(40)._head
    assert problems(archive) == []
    archive.layer(7).next = filled(40).layer(6)
    assert problems(archive) != []


# Stacks and accumulators


def full_pair():
    stack, archive = AppendStack(2, 2), Archive()
    for number in range(20):
        stack.push(number, archive.addLayer)
    return stack, archive


LIMITS = [
    (name, limit) for name in ("_max_layers", "_max_length") for limit in (1, 3, 5)
]
ITEMS = [("_items", items) for items in ([], [17, 18, 19], [16, 17, 18, 19, 16])]
FIRST = [("_first_generation", generation) for generation in (0, 1, 7, 9, 17)]


def test_damage_in_a_stack():
    stack, _ = full_pair()
    found = [change[1:] for change in unseen(stack)]
    assert found == LIMITS + FIRST + ITEMS


def test_damage_in_a_stack_with_an_archive():
    stack, archive = full_pair()
    found = unseen(stack, archive, archive=archive)
    assert [change[1:] for change in found] == LIMITS + ITEMS


def test_damage_in_an_accumulator():
    found = [change[1:] for change in unseen(Accumulator("ab"))]
    items = [("_items", items) for items in ([], ["b"], ["a", "b", "a"])]
    assert found == [("_consumed", 1), *items]
