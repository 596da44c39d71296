"""The findings of the doctor about the site of the test."""

from collective.appendonly.operations.doctor import examine
from zope.i18n import translate

import pytest
import transaction


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
