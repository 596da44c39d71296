"""Sites that lack some of the packages that Plone usually comes with."""

from .absent import recorded_without

import pytest


pytestmark = pytest.mark.processes

OPTIONAL = ("plone.app.discussion", "plone.app.iterate", "plone.app.multilingual")


@pytest.mark.parametrize("packages", [*([name] for name in OPTIONAL), OPTIONAL])
def test_without_them_everything_else_is_recorded(packages):
    assert recorded_without(*packages) == [
        [["created"], "party"],
        [["edited"], "party"],
        [["transitioned"], "party"],
        [["removed"], "party"],
        [["group_created"], ""],
    ]
