"""Every output tells every kind of person of every kind of content what it should, and no more."""

from tests.product.matrix.outputs import FOR_MEMBERS
from tests.product.matrix.outputs import OUTPUTS
from tests.product.matrix.stories import hidden_from
from tests.product.matrix.stories import PEOPLE
from tests.product.matrix.stories import told_to

import pytest


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("output", OUTPUTS)
def test_who_is_told_what(reader, output, person):
    somebody = reader(person)
    if person == "visitor" and output in FOR_MEMBERS:
        pytest.skip("not for visitors: see test_what_is_not_for_visitors")
    assert sorted(OUTPUTS[output](somebody)) == told_to(person)
    answers = "\n".join(somebody.answers)
    assert [word for word in hidden_from(person) if word in answers] == []
