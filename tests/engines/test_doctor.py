"""The findings of the doctor about a conflict on each storage, with real servers."""

from collective.appendonly.operations.doctor.conflict_test import change_root
from collective.appendonly.operations.doctor.conflict_test import ConflictTest
from collective.appendonly.operations.doctor.conflict_test import Outcome
from collective.appendonly.operations.doctor.conflict_test import PREFIX
from collective.appendonly.operations.doctor.conflict_test import PROCESS
from collective.appendonly.operations.doctor.conflict_test import provoke_conflicts
from collective.appendonly.operations.doctor.conflict_test import RELSTORAGE
from collective.appendonly.operations.doctor.conflict_test import ZEO
from collective.appendonly.operations.doctor.conflicts import check_server
from contextlib import closing
from tests.engines.conftest import ENGINES
from tests.engines.conftest import started
from types import SimpleNamespace
from ZODB.config import databaseFromString
from zope.i18n import translate

import pytest


pytestmark = pytest.mark.processes

RESULTS = {
    "zeo": ConflictTest(Outcome.MERGED, ZEO),
    "zeo-without-package": ConflictTest(Outcome.REFUSED, ZEO),
    "zeo-client-resolves": ConflictTest(Outcome.MERGED, ZEO, here=True),
    "zeo-client-resolves-without-package": ConflictTest(Outcome.MERGED, ZEO, here=True),
    "postgresql": ConflictTest(Outcome.MERGED, RELSTORAGE),
    "postgresql-history-free": ConflictTest(Outcome.MERGED, RELSTORAGE),
    "sqlite": ConflictTest(Outcome.MERGED, RELSTORAGE),
    "sqlite-history-free": ConflictTest(Outcome.MERGED, RELSTORAGE),
    "filestorage": ConflictTest(Outcome.MERGED, PROCESS),
}


def names(db):
    with db.transaction() as connection:
        return [name for name in connection.root() if str(name).startswith(PREFIX)]


@pytest.mark.parametrize("name", ENGINES)
def test_the_conflict_test_finds_who_merges_and_leaves_nothing(name):
    with (
        started(name) as engine,
        closing(databaseFromString(engine.configuration)) as db,
    ):
        change_root(db, lambda root: root.update({f"{PREFIX}killed": 1}))
        assert provoke_conflicts(db) == RESULTS[name]
        assert names(db) == []
        # It can be repeated, and leaves no patched method.
        assert provoke_conflicts(db) == RESULTS[name]
        assert "tryToResolveConflict" not in vars(db.storage)


# The finding about a ZEO server


def server(result, storage=ZEO):
    finding = check_server(SimpleNamespace(storage=storage, conflict_test=result))
    return (
        finding.status.value,
        translate(finding.message),
        translate(finding.recommendation),
    )


def test_a_server_with_the_package_is_good():
    assert server(RESULTS["zeo"]) == (
        "good",
        "The ZEO server has collective.appendonly installed and resolves"
        " conflicts with it.",
        "",
    )


def test_a_server_without_it_is_bad_and_the_finding_says_what_to_install():
    assert server(RESULTS["zeo-without-package"]) == (
        "bad",
        "The ZEO server could not resolve the conflict because it cannot import"
        " collective.appendonly.",
        "Install collective.appendonly in the environment of the ZEO server,"
        " without extras, and restart the server. This does not install Plone;"
        " conflict resolution only needs ZODB.",
    )


def test_a_server_that_leaves_it_to_its_clients_needs_nothing():
    status, message, _recommendation = server(
        RESULTS["zeo-client-resolves-without-package"]
    )
    assert (status, message) == (
        "good",
        "The ZEO server leaves conflict resolution to its clients"
        " (client-conflict-resolution), so it does not need the package.",
    )


@pytest.mark.parametrize(
    "result", [None, ConflictTest(Outcome.FAILED, ZEO), RESULTS["postgresql"]]
)
def test_of_a_zeo_server_nothing_is_known_without_a_check(result):
    assert server(result) == (
        "unknown",
        "Only a check shows whether the ZEO server can merge changes to the log.",
        "Check now, or run “activitylog doctor” in a shell.",
    )


def test_with_relstorage_the_question_does_not_arise():
    assert server(None, RELSTORAGE) == (
        "good",
        "RelStorage resolves conflicts in this process, where the package is"
        " installed. The database server does not need the package.",
        "",
    )
