"""``activitylog`` over the site of a test."""

from AccessControl.SecurityManagement import getSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from click.testing import CliRunner
from collective.appendonly.commands import site as opening
from collective.appendonly.commands.main import main
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest

import pytest


@pytest.fixture
def activitylog(portal, functional, monkeypatch, tmp_path):
    """Run the command over the site of the test, and return what came of it."""
    conf = tmp_path / "zope.conf"
    conf.write_text("")
    monkeypatch.setattr(opening, "start_zope", lambda conf: functional["app"])
    manager, request = getSecurityManager(), getRequest()

    def activitylog(*arguments, site="/plone"):
        options = ["--conf", str(conf), "--site", site]
        return CliRunner().invoke(main, [*options, *arguments])

    yield activitylog
    setSecurityManager(manager)
    setRequest(request)
