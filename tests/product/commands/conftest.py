"""``activitylog`` over the site of a test, and in a process of its own over a FileStorage."""

from AccessControl.SecurityManagement import getSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from click.testing import CliRunner
from collective.appendonly.commands import site as opening
from collective.appendonly.commands.main import main
from collective.appendonly.commands.progress import Bar
from collective.appendonly.structures.check import check
from contextlib import contextmanager
from dataclasses import replace
from tests.product.commands.history import change_sets
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest

import pytest
import transaction


@pytest.fixture
def activitylog(portal, functional, monkeypatch, tmp_path):
    """Run the command over the site of the test, and return what came of it."""
    conf = tmp_path / "zope.conf"
    conf.write_text("")
    monkeypatch.setattr(opening, "start_zope", lambda conf: functional["app"])
    manager, request = getSecurityManager(), getRequest()

    def activitylog(*arguments, site="/plone", **options):
        before = ["--conf", str(conf), "--site", site]
        return CliRunner().invoke(main, [*before, *arguments], **options)

    yield activitylog
    setSecurityManager(manager)
    setRequest(request)


@pytest.fixture
def printed(activitylog):
    """Run the command, which has to succeed, and return what it prints."""

    def printed(*arguments, **options):
        done = activitylog(*arguments, **options)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    return printed


@pytest.fixture
def refused(activitylog):
    """Run the command, which has to fail with a *status*, and return its errors."""

    def refused(*arguments, status=1, **options):
        done = activitylog(*arguments, **options)
        assert done.exit_code == status
        return done.stderr

    return refused


@pytest.fixture
def ctrl_c():
    """Interrupt what runs in the ``with`` block when it reports its progress."""

    def interrupt(bar, done, total):
        raise KeyboardInterrupt

    @contextmanager
    def ctrl_c():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Bar, "__call__", interrupt)
            yield

    return ctrl_c


@pytest.fixture
def history(log):
    """Forty change sets, oldest first, which are all that the log has."""
    history = change_sets()
    for change_set in history:
        log.push(change_set)
    transaction.commit()
    return history


@pytest.fixture
def whole(log):
    """Return all change sets of the log, oldest first, after a check; large ones in one piece."""

    def whole():
        transaction.begin()
        check(log.stack, log.archive)
        found = {}
        for position, part in log.older():
            parts = found.setdefault(position[:2], [])
            parts.append(part)
        assert len(log) == len(found)
        return [
            replace(parts[0], entries=tuple(e for part in parts for e in part.entries))
            for parts in reversed(found.values())
        ]

    return whole


@pytest.fixture
def empty(log):
    """Empty the log, as a retention that keeps nothing would."""

    def empty():
        log.stack.prune(log.archive.addLayer)
        log.archive.discard(log.archive.generation + 1)
        transaction.commit()
        assert len(log) == 0

    return empty
