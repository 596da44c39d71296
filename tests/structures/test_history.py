"""The promises of the structures, held against random histories.

Each run tries the same histories: a few hundred steps of each kind, or as slow tests some
thousand steps in all. For a night of random ones, say how many steps::

    HISTORY_STEPS=100000 python -m pytest tests/structures/test_history.py

The summary at the end lists what was covered. What hypothesis prints of a failure can be
made into a test; its blob goes as ``@reproduce_failure`` onto the class of the machine.
"""

from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from tests.structures.accumulator_histories import AccumulatorHistories
from tests.structures.accumulator_histories import AccumulatorHistoriesWithUndo
from tests.structures.histories import RUNS
from tests.structures.log_histories import BoundlessHistories
from tests.structures.log_histories import HistoriesOfEverything
from tests.structures.log_histories import HistoriesWithDiscard
from tests.structures.log_histories import HistoriesWithReplacements
from tests.structures.log_histories import LogHistories
from tests.structures.log_histories import LogHistoriesWithUndo
from tests.structures.search_histories import SearchHistories

import math
import os
import pytest


MACHINES = [
    LogHistories,
    BoundlessHistories,
    HistoriesWithDiscard,
    HistoriesWithReplacements,
    LogHistoriesWithUndo,
    HistoriesOfEverything,
    SearchHistories,
    AccumulatorHistories,
    AccumulatorHistoriesWithUndo,
]
STEPS_OF_ONE_HISTORY = 60


def run(machine, steps_of_all, derandomize):
    """Run histories with at least so many steps, divided among the machines."""
    steps = math.ceil(steps_of_all / len(MACHINES))
    before = machine.tally["steps"]
    RUNS[machine.__name__] = machine
    run_state_machine_as_test(
        machine,
        settings=settings(
            # The first histories are short, and a step that finds nothing to do is not
            # counted.
            max_examples=math.ceil(1.8 * steps / STEPS_OF_ONE_HISTORY) + 5,
            stateful_step_count=STEPS_OF_ONE_HISTORY,
            deadline=None,
            derandomize=derandomize,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.tally["steps"] - before >= steps


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_is_lost_nothing_doubled_no_conflict_within_the_bound(machine):
    run(machine, 500, derandomize=True)


@pytest.mark.large
@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_goes_wrong_in_many_histories(machine):
    steps = os.environ.get("HISTORY_STEPS")
    run(machine, int(steps or 4000), derandomize=steps is None)
