"""The layers with a site. Two folders share their bases, which only one conftest can have.

Where there is no Plone there are none; ``tests/structures`` needs none.
"""

from hypothesis import HealthCheck
from hypothesis import settings
from importlib.util import find_spec
from pathlib import Path

import signal


# A machine may be busy: how long an example takes is no reason to fail.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

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

    def pytest_configure():
        """Compile the translations, which sites find when their ZCML is loaded."""
        from zope.i18n.compile import compile_mo_file

        package = Path(__file__).parents[1] / "src" / "collective" / "appendonly"
        for folder in package.glob("locales/*/LC_MESSAGES"):
            compile_mo_file("collective.appendonly", str(folder))
