"""A site with a diary, on one day in November."""

from collective.appendonly import clock
from tests.product.operations.maintenance.diary import NOW
from tests.product.operations.maintenance.diary import setting

import pytest
import transaction


class Clock:
    """A clock that returns ``now``."""

    now = NOW

    def utc_now(self):
        return self.now


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The clock. It stands still unless a test sets its ``now``."""
    stopped = Clock()
    monkeypatch.setattr(clock, "utc_now", stopped.utc_now)
    return stopped


@pytest.fixture
def erasing(portal):
    """A site that erases who is deleted."""
    setting("erase_deleted_users", True)
    transaction.commit()
