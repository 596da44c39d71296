"""The shell script with curl in retention.rst runs the maintenance job on a server."""

from collective.appendonly.operations.maintenance.erasure_requests import (
    erasure_requests,
)
from collective.appendonly.operations.maintenance.erasure_requests import (
    request_erasure,
)
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.docs.blocks import blocks

import pytest
import re
import shutil
import subprocess
import transaction


pytestmark = pytest.mark.processes


@pytest.mark.skipif(shutil.which("curl") is None, reason="There is no curl here.")
def test_an_operator_runs_the_maintenance_job_with_curl(portal, address, tmp_path):
    request_erasure("bob")
    transaction.commit()
    netrc = tmp_path / "netrc"
    netrc.write_text(
        f"machine localhost login {SITE_OWNER_NAME} password {SITE_OWNER_PASSWORD}\n"
        f"machine 127.0.0.1 login {SITE_OWNER_NAME} password {SITE_OWNER_PASSWORD}\n"
    )
    [script] = [b.text for b in blocks("retention.rst") if "curl" in b.text]
    script = script.replace("/etc/maintenance.netrc", str(netrc))
    script = re.sub(r"^site=.*", f"site={address}", script, flags=re.M)
    done = subprocess.run(
        ["sh", "-e", "-c", script], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() != ""
    transaction.begin()
    assert list(erasure_requests()) == []
