"""The layers with a site. Two folders share their bases, which only one conftest can have.

Where there is no Plone there are none; ``tests/structures`` needs none.
"""

from importlib.util import find_spec


if find_spec("pytest_plone") is not None:
    from collective.appendonly.testing import ACTIVITY_ACCEPTANCE_TESTING
    from collective.appendonly.testing import ACTIVITY_FUNCTIONAL_TESTING
    from pytest_plone import fixtures_factory

    # Not kept for the session by themselves: tests without a site would set them up too.
    globals().update(
        fixtures_factory(
            (
                (ACTIVITY_FUNCTIONAL_TESTING, "functional"),
                (ACTIVITY_ACCEPTANCE_TESTING, "acceptance"),
            ),
            keep_session=False,
        )
    )
