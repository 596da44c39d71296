"""What the doctor says of the site of the test."""

from collective.appendonly.doctor import examine
from zope.i18n import translate

import pytest
import transaction


@pytest.fixture
def found(portal):
    """Return the finding of an examination, as verdict, sentence and remedy in English."""

    def found(name, **options):
        transaction.commit()
        [finding] = [
            finding for finding in examine(portal, **options) if finding.name == name
        ]
        return (
            finding.verdict.value,
            translate(finding.sentence),
            translate(finding.remedy),
        )

    return found
