"""However long a log is, the commands that read all of it keep a few layers in memory."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.operations.statistics import statistics
from collective.appendonly.operations.transfer import Export
from collective.appendonly.operations.verification import verify
from collective.appendonly.structures.layer import ArchiveLayer
from math import log2
from tests.product.commands.history import BEGIN
from tests.product.commands.history import page
from tests.structures.conftest import loaded_objects

import pytest
import transaction


LAYERS = 300


@pytest.fixture
def most(log):
    """Count the layers in memory, again and again; return the most there ever were."""
    for _ in range(8 * LAYERS + 16):
        log.push(ChangeSet(BEGIN, "jane", (page(1),)))
    transaction.commit()
    log._p_jar.cacheMinimize()
    counts = []

    def look(*_):
        loaded = loaded_objects(log._p_jar)
        counts.append(sum(isinstance(obj, ArchiveLayer) for obj in loaded))

    def most():
        assert len(counts) > 20
        return max(counts)

    most.look = look
    return most


def test_export(log, most):
    export = Export(log, progress=most.look)
    assert sum(1 for _ in export.json_lines()) == 8 * LAYERS + 16 + 2
    # The layers on the way down to the oldest one.
    assert most() <= 2 * log2(LAYERS)


def test_verify(portal, log, most):
    assert verify(portal, log, most.look).count == 0
    # Besides the layer itself: those that are under way as landings of jumps.
    assert most() <= 4


def test_stats(portal, log, most):
    assert statistics(portal, log, most.look).change_sets == 8 * LAYERS + 16
    assert most() <= 4
