"""Texts as people write them: the same words again and again, and seldom a new one."""

from random import Random


_WORDS = """
allotment annual apple arch autumn barrow basket bean bed bee beetroot bench berry bird blossom
border branch brook bucket bud bulb butterfly cabbage carrot cherry clay compost corner crate
crop daisy digging dry earth edge elder evening fence fern flower fork frost fruit garden gate
gloves grass gravel green greenhouse ground hedge herb hoe hose insect ivy june kettle ladder
lavender lawn leaf lettuce light manure march meadow mint morning moss mulch nettle newt oak
onion orchard path pea pear pebble pepper plank plot plum pond poppy potato pruning pumpkin
radish rain rake raspberry reed root rose rust saw season seed shade shears shed shovel shrub
slug snow soil soup spade spring sprout squash stake stone straw string summer sun swift thistle
tomato tool tree trowel tulip vine wall water wet wheel willow wind winter wood worm yard
""".split()


def title(number: int) -> str:
    """Return three words, others for each number."""
    count = len(_WORDS)
    # A prime brings the numbers out of order, and no two of them together.
    mixed = number * 1_000_003
    return " ".join(
        _WORDS[mixed // count**place % count] for place in range(3)
    ).capitalize()


def text(name: str) -> str:
    """Return three paragraphs of HTML, the same for the same name."""
    random = Random(name)
    return "\n".join(
        f"<p>{' '.join(random.choices(_WORDS, k=40)).capitalize()}.</p>"
        for _ in range(3)
    )
