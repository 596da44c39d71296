"""The findings of the doctor about the site of the test."""

from collective.appendonly import clock
from collective.appendonly.operations.doctor import examine
from datetime import datetime
from datetime import timezone
from zope.i18n import translate

import pytest
import transaction


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


@pytest.fixture
def found(portal):
    """Return the finding of a check, as status, message and recommendation in English."""

    def found(name, **options):
        transaction.commit()
        [finding] = [
            finding for finding in examine(portal, **options) if finding.name == name
        ]
        return (
            finding.status.value,
            translate(finding.message),
            translate(finding.recommendation),
        )

    return found
