"""The promises of the structures, held against random histories.

A few thousand steps by default. For a night, say how many::

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
from tests.structures.log_histories import LogHistories
from tests.structures.log_histories import LogHistoriesWithUndo

import math
import os
import pytest


MACHINES = [
    LogHistories,
    BoundlessHistories,
    HistoriesWithDiscard,
    LogHistoriesWithUndo,
    HistoriesOfEverything,
    AccumulatorHistories,
    AccumulatorHistoriesWithUndo,
]
STEPS_OF_ALL = int(os.environ.get("HISTORY_STEPS", 8000))
STEPS = math.ceil(STEPS_OF_ALL / len(MACHINES))
STEPS_OF_ONE_HISTORY = 60
# The first histories are short, and a step that finds nothing to do is not counted.
EXAMPLES = math.ceil(1.8 * STEPS / STEPS_OF_ONE_HISTORY) + 10


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_is_lost_nothing_doubled_no_conflict_within_the_bound(machine):
    RUNS.append(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_OF_ONE_HISTORY,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.tally["steps"] >= STEPS
