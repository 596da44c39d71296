"""Scripts and consoles, which work on a site without a browser, and read-only storages.

The site is that of the first version, so its structures wait for an upgrade.
"""

from tests.product import visits
from tests.product.zope_process import configure
from tests.product.zope_process import ENVIRONMENT
from tests.product.zope_process import unpack_database
from tests.product.zope_process import Zope

import pytest
import subprocess
import sys


pytestmark = pytest.mark.processes

#: What a user types in a console.
SCRIPT = """
from tests.product import visits
from plone import api
from zope.component.hooks import setSite
site = app["Plone"]
setSite(site)
with api.env.adopt_user(username="jane"):
    visits.do_a_bit_of_everything(site)

print("D" + "one")
"""


@pytest.fixture
def folder(tmp_path):
    return unpack_database("first_version", tmp_path)


def recorded(folder):
    """Return what was recorded since the first version, oldest first."""
    with Zope(folder) as zope:
        activity = zope.call(visits.activity)[:-32]
    return [
        (change_set["actor"], entry["actions"], entry["path"])
        for change_set in reversed(activity)
        for entry in change_set["entries"]
    ]


BIT_OF_EVERYTHING = [("jane", *each) for each in visits.BIT_OF_EVERYTHING]


def zconsole(*arguments, **options):
    """Run Zope's console; return what it prints, to both ends."""
    command = [sys.executable, "-m", "Zope2.utilities.zconsole", *arguments]
    return subprocess.run(
        command,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=True,
        **options,
    ).stdout


def test_a_script_without_a_request(folder):
    with Zope(folder) as zope:
        zope.call(visits.work_without_request)
    assert recorded(folder) == BIT_OF_EVERYTHING


def test_a_script_in_zconsole(folder):
    script = folder / "script.py"
    script.write_text(SCRIPT)
    output = zconsole("run", configure(folder), str(script))
    assert "Done" in output
    assert "Traceback" not in output
    assert recorded(folder) == BIT_OF_EVERYTHING


def test_a_debug_console(folder):
    output = zconsole("debug", configure(folder), input=SCRIPT)
    assert "Done" in output
    assert "Traceback" not in output
    assert recorded(folder) == BIT_OF_EVERYTHING


def test_a_storage_that_is_read_only(folder):
    with Zope(folder) as zope:
        # Plone stores something when it shows its portlets for the first time.
        zope.call(visits.get, "")
    with Zope(folder, read_only=True) as zope:
        for path in ("", "/archive", "/archive/page-02", "/@@activity"):
            status, _ = zope.call(visits.get, path)
            assert status == 200, path
        # As without the add-on.
        assert zope.call(visits.edit_in_vain) == "ReadOnlyError"
    assert recorded(folder) == []
