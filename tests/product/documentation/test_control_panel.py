"""What the pages say of installing: with pip, then with the buttons of the control panel, logged in."""

from pathlib import Path
from tests.docs.blocks import ROOT
from tests.product.documentation.member import __name__ as MEMBER
from tests.product.zope_process import configure
from tests.product.zope_process import ENVIRONMENT
from tests.product.zope_process import run_program

import json
import pytest
import shutil
import subprocess
import sys
import venv


pytestmark = pytest.mark.processes

MAKE_SITE = ROOT / "tests" / "product" / "commands" / "make_site.py"
EXAMPLES = ROOT / "docs" / "examples"
PRODUCT = "Recent activity"
TITLES = {PRODUCT, "Garden log", "Activity hook"}


def run(*command: str, **options) -> str:
    done = subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def python(tmp_path) -> str:
    """A Python of its own, which has what is installed here."""
    venv.create(tmp_path / "env")
    return str(tmp_path / "env" / "bin" / "python")


@pytest.fixture
def site(tmp_path) -> str:
    """The configuration of a Zope with a site, in which the add-on is installed."""
    folder = tmp_path / "site"
    done = run_program(MAKE_SITE.read_text(), str(folder))
    assert done.returncode == 0, done.stderr
    return configure(folder)


def install(python: str, example: Path, folder: Path) -> None:
    """Install an example as the page says. Building writes into its folder, so it is a copy."""
    copy = shutil.copytree(example, folder / example.name)
    pip = sys.executable, "-m", "pip", "--python", python, "install"
    run(*pip, "--no-build-isolation", "--no-index", str(copy))


def test_a_site_owner_who_installs_the_examples(python, site, tmp_path):
    for name in ("gardenlog", "activityhook"):
        install(python, EXAMPLES / name, tmp_path)
    steps = [
        ("uninstall", PRODUCT, set()),
        # Which installs what it needs.
        ("install", "Garden log", {"Garden log", PRODUCT}),
        ("install", "Activity hook", TITLES),
        ("uninstall", "Garden log", {"Activity hook", PRODUCT}),
        ("uninstall", "Activity hook", {PRODUCT}),
        ("uninstall", PRODUCT, set()),
        ("install", PRODUCT, {PRODUCT}),
        ("add_earlier_changes", "20 ", {PRODUCT}),
    ]
    done = [word for *step, _ in steps for word in step]
    printed = run(python, "-m", MEMBER, site, *done)
    found = [set(json.loads(line)) & TITLES for line in printed.splitlines()]
    assert found == [activated for *_, activated in steps]
