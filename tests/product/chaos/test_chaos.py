"""Random odd values everywhere: each output still answers, with all lines that are in order."""

from random import Random
from tests.product.chaos.conftest import PEOPLE
from tests.product.chaos.odd import plant
from tests.product.matrix.outputs import FOR_MEMBERS
from tests.product.matrix.outputs import OUTPUTS

import json
import pytest


#: Seeds, of which the id of a failed test names one.
SEEDS = [pytest.param(n, marks=[pytest.mark.slow] if n else []) for n in range(12)]


def check_lines(listed, calm_lines):
    for person in PEOPLE:
        for output in OUTPUTS:
            if person in ("anonymous", "guest") and output in FOR_MEMBERS:
                continue
            assert listed(output, person) == calm_lines(person), (output, person)


def test_calm_lines_are_listed_before(listed, calm_lines):
    for output in ("page", "rest"):
        assert listed(output, "editor") == calm_lines("editor")


@pytest.mark.whole_pages
@pytest.mark.parametrize("seed", SEEDS)
def test_odd_values_take_no_other_line_away(portal, listed, calm_lines, seed):
    plant(portal, Random(seed))
    check_lines(listed, calm_lines)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_odd_values_break_no_frame(portal, reader, seed):
    plant(portal, Random(seed))
    for person in PEOPLE:
        user = reader(person)
        for path in (
            "/odd/@@activity.atom",
            "/odd/@@activity.rss",
            "/odd/@@activity",
            "/odd/@@activity-calendar",
            "/@@activity-calendar",
            "/@@activity?text=zqcalm1",
            "/@@activity?types=Gone&types=Odd&actions=edited&actor=odd0",
            *(f"/@@activity-of?actor=odd{number}" for number in range(6)),
        ):
            user.read(path)
        for path in ("/odd/@activity", "/calm/zqcalm1?expand=activity"):
            for accept in ("application/json", "application/activity+json"):
                json.loads(user.read(f"/++api++{path}", accept))
    reader("manager").read("/@@activity-controlpanel")
