"""Change sets as values of JSON: whatever a log may hold comes back as it was."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.soundness import flaws
from collective.appendonly.transfer.records import from_record
from collective.appendonly.transfer.records import to_record
from dataclasses import fields
from hypothesis import assume
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from tests.product.recording.telling import NOW
from tests.product.test_entry import change_sets

import json
import re


# JSON reads two halves of a pair that stand side by side as one character.
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(change_sets)
def test_a_change_set_comes_back_as_it_was_exported(change_set):
    record = to_record(change_set)
    assume(not PAIR.search(json.dumps(record, ensure_ascii=False)))
    assert from_record(json.loads(json.dumps(record))) == change_set
    assert list(flaws(change_set)) == []


def test_nothing_that_an_entry_says_is_forgotten_or_not_looked_at():
    # No attribute is a number with a fraction.
    wrong = {field.name: 0.5 for field in fields(Entry)}
    told = list(flaws(ChangeSet(NOW, None, (Entry(**wrong),))))
    assert {sentence.split()[3] for sentence in told} == set(wrong)
    said = wrong | {"source": Source("", ()), "descendants": ((1, ()),)}
    [record] = to_record(ChangeSet(NOW, None, (Entry(**said),)))["entries"]
    assert set(record) == set(wrong)
