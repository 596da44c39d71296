"""Options of the test run, and the layers with a site.

Where there is no Plone there are no layers; ``tests/structures`` needs none.
"""

from hypothesis import HealthCheck
from hypothesis import settings
from importlib.util import find_spec
from pathlib import Path
from random import Random

import gc
import pytest
import signal


# A machine may be busy: how long an example takes is no reason to fail. Nor is bad luck:
# each run tries the same examples.
settings.register_profile(
    "reproducible",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("reproducible")

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Plone makes many objects, and few of them are left to the garbage collector.
gc.set_threshold(100_000, 20, 20)

#: What takes long: "make test" leaves it out.
SLOW = {"browser", "large", "processes", "volto"}


def pytest_addoption(parser):
    parser.addoption(
        "--shuffle",
        type=int,
        metavar="SEED",
        help="run the test files in a random order, which depends on this number",
    )


def pytest_report_header(config):
    seed = config.getoption("shuffle")
    if seed is not None:
        return f"order of files: --shuffle {seed}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        if any(mark.name in SLOW for mark in item.iter_markers()):
            item.add_marker("slow")
    seed = config.getoption("shuffle")
    if seed is not None:
        files = list(dict.fromkeys(item.path for item in items))
        Random(seed).shuffle(files)
        items.sort(key=lambda item: files.index(item.path))


if find_spec("pytest_plone") is not None:
    from collective.appendonly.feed import scan
    from collective.appendonly.testing import ACTIVITY_ACCEPTANCE_TESTING
    from pytest_plone import fixtures_factory
    from tests.product.layers import ACTIVITY_SITE_TESTING

    # Not kept for the session by themselves: tests without a site would set them up too.
    globals().update(
        fixtures_factory(
            (
                (ACTIVITY_SITE_TESTING, "functional"),
                (ACTIVITY_ACCEPTANCE_TESTING, "acceptance"),
            ),
            keep_session=False,
        )
    )

    @pytest.fixture(autouse=True)
    def no_haste(monkeypatch):
        """Let no scan of the log end early because the machine is busy."""
        monkeypatch.setattr(scan, "monotonic", lambda: 0.0)

    def pytest_configure():
        """Compile the translations, which sites find when their ZCML is loaded."""
        from zope.i18n.compile import compile_mo_file

        package = Path(__file__).parents[1] / "src" / "collective" / "appendonly"
        for folder in package.glob("locales/*/LC_MESSAGES"):
            compile_mo_file("collective.appendonly", str(folder))
