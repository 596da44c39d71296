"""What the doctor concludes from a conflict on each engine, with real servers."""

from collective.appendonly.doctor.check import Checked
from collective.appendonly.doctor.engine import PROCESS
from collective.appendonly.doctor.engine import RELSTORAGE
from collective.appendonly.doctor.engine import ZEO
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.doctor.provoking import provoke
from collective.appendonly.doctor.provoking import Provoked
from collective.appendonly.doctor.scratch import change_root
from collective.appendonly.doctor.scratch import PREFIX
from collective.appendonly.doctor.server import examine_server
from contextlib import closing
from datetime import datetime
from datetime import timezone
from tests.engines.conftest import ENGINES
from tests.engines.conftest import started
from types import SimpleNamespace
from ZODB.config import databaseFromString
from zope.i18n import translate

import pytest


pytestmark = pytest.mark.engine

PROVOKED = {
    "zeo": Provoked(Outcome.MERGED, ZEO),
    "zeo-without-package": Provoked(Outcome.REFUSED, ZEO),
    "zeo-client-resolves": Provoked(Outcome.MERGED, ZEO, here=True),
    "zeo-client-resolves-without-package": Provoked(Outcome.MERGED, ZEO, here=True),
    "postgresql": Provoked(Outcome.MERGED, RELSTORAGE),
    "postgresql-history-free": Provoked(Outcome.MERGED, RELSTORAGE),
    "sqlite": Provoked(Outcome.MERGED, RELSTORAGE),
    "sqlite-history-free": Provoked(Outcome.MERGED, RELSTORAGE),
    "filestorage": Provoked(Outcome.MERGED, PROCESS),
}


def names(db):
    with db.transaction() as connection:
        return [name for name in connection.root() if str(name).startswith(PREFIX)]


@pytest.mark.parametrize("name", ENGINES)
def test_a_provoked_conflict_tells_who_merges_and_leaves_nothing(name):
    with (
        started(name) as engine,
        closing(databaseFromString(engine.configuration)) as db,
    ):
        change_root(db, lambda root: root.update({f"{PREFIX}killed": 1}))
        assert provoke(db) == PROVOKED[name]
        assert names(db) == []
        # It can be done again and again, and observing has left no trace either.
        assert provoke(db) == PROVOKED[name]
        assert "tryToResolveConflict" not in vars(db.storage)


# What is said of a ZEO server


def said(provoked, engine=ZEO):
    checked = provoked and Checked(datetime.now(timezone.utc), provoked)
    finding = examine_server(SimpleNamespace(engine=engine, checked=checked))
    return finding.verdict.value, translate(finding.sentence), translate(finding.remedy)


def test_a_server_with_the_package_is_good():
    assert said(PROVOKED["zeo"]) == (
        "good",
        "The ZEO server has collective.appendonly, and merges with it.",
        "",
    )


def test_a_server_without_it_is_bad_and_told_what_to_install():
    assert said(PROVOKED["zeo-without-package"]) == (
        "bad",
        "The ZEO server could not merge: it can't import collective.appendonly.",
        "Install collective.appendonly in the environment of the ZEO server, without extras,"
        " and restart the server. It brings no Plone: what is needed to merge imports nothing"
        " but the ZODB, which the server has anyway.",
    )


def test_a_server_that_leaves_it_to_its_clients_needs_nothing():
    verdict, sentence, _remedy = said(PROVOKED["zeo-client-resolves-without-package"])
    assert (verdict, sentence) == (
        "good",
        "The ZEO server leaves conflicts to its clients, so it needs nothing of the package"
        " (client-conflict-resolution).",
    )


@pytest.mark.parametrize(
    "provoked", [None, Provoked(Outcome.FAILED, ZEO), PROVOKED["postgresql"]]
)
def test_of_a_zeo_server_nothing_is_known_without_a_check(provoked):
    assert said(provoked) == (
        "unknown",
        "Only trying tells whether the ZEO server can merge what is on the log.",
        "Check now, or run “activitylog doctor” in a shell.",
    )


def test_with_relstorage_the_question_does_not_arise():
    assert said(None, RELSTORAGE) == (
        "good",
        "RelStorage merges in this process, which has the package. The database server"
        " needs nothing of it.",
        "",
    )
