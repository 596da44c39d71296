"""Change sets as values of JSON: nothing is lost."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.operations.transfer.records import from_record
from collective.appendonly.operations.transfer.records import to_record
from collective.appendonly.validation import flaws
from dataclasses import fields
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from tests.product.operations.schema import change_sets
from tests.product.recording.expected import NOW

import json
import pytest


@pytest.mark.large
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(change_sets)
def test_a_record_contains_the_whole_change_set(change_set):
    record = to_record(change_set)
    assert from_record(json.loads(json.dumps(record))) == change_set
    assert list(flaws(change_set)) == []


def test_every_attribute_of_an_entry_is_exported_and_validated():
    # No attribute is a number with a fraction.
    wrong = {field.name: 0.5 for field in fields(Entry)}
    found = list(flaws(ChangeSet(NOW, None, (Entry(**wrong),))))
    assert {flaw.split()[2] for flaw in found} == set(wrong)
    values = wrong | {"source": Source("", ()), "descendants": ((1, ()),)}
    [record] = to_record(ChangeSet(NOW, None, (Entry(**values),)))["entries"]
    assert set(record) == set(wrong)
