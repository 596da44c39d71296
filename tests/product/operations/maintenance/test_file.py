"""After an erasure and a pack the id is nowhere in the file of the database, byte by byte.

This package does not erase what Plone stores about a user. So there are two: of Zebulon,
Plone keeps nothing in the end, and of Xenia it keeps what it keeps.
"""

from collections import Counter
from contextlib import closing
from pathlib import Path
from tests.product.operations.maintenance import life
from tests.product.operations.maintenance.instance import activitylog
from tests.product.searching import searchable
from tests.product.searching import searchable_file
from tests.product.zope_process import configure
from tests.product.zope_process import Zope
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage
from ZODB.utils import get_pickle_metadata

import pytest


pytestmark = pytest.mark.processes

XENIA = "xenia-4d2f"
OWN = "collective.appendonly"


def pack(folder: Path) -> None:
    """Pack the database, and remove what a FileStorage keeps of the time before."""
    with closing(DB(FileStorage(str(folder / "Data.fs")))) as db:
        db.pack()
    (folder / "Data.fs.old").unlink()


def records_with(folder: Path, user_id: str) -> Counter:
    """Return the classes of all records that hold an id, and ``transactions``."""
    found, searched = Counter(), user_id.encode()
    with closing(FileStorage(str(folder / "Data.fs"), read_only=True)) as storage:
        for each in storage.iterator():
            metadata = each.user + each.description + repr(each.extension).encode()
            found["transactions"] += searched in metadata
            for record in each:
                if record.data and searched in searchable(record.data):
                    found[".".join(get_pickle_metadata(record.data))] += 1
    return +found


def own(found: Counter) -> dict[str, int]:
    """Return how many of them are of this package, by the names of the classes."""
    return {
        name.rpartition(".")[2]: count
        for name, count in found.items()
        if name.startswith(OWN)
    }


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """An instance on which both have lived, and left. What was there when they left."""
    folder = tmp_path_factory.mktemp("instance")
    with Zope(folder) as zope:
        zope.call(life.make_site)
        zope.call(life.join, life.ZEBULON, life.LATER, XENIA)
        # Plone saves versions of pages, but not of folders.
        zope.call(life.live, life.ZEBULON, "Folder", "red")
        zope.call(life.live, life.LATER, "Folder", "green")
        zope.call(life.live, XENIA, "Document", "blue")
        assert zope.call(life.edit_in_browser, XENIA, "blue-0") == 204
    pack(folder)
    before = records_with(folder, life.ZEBULON), records_with(folder, XENIA)
    with Zope(folder) as zope:
        for user_id in (life.ZEBULON, XENIA):
            zope.call(life.leave, user_id)
        zope.call(life.remove_content, "red")
        zope.call(life.forget_account, life.ZEBULON)
        zope.call(life.remove_content, "green")
        story, (requests, _, _) = zope.call(life.story), zope.call(life.state)
    assert [user_id for user_id, _ in requests] == [life.ZEBULON, XENIA]
    waiting = records_with(folder, life.ZEBULON)
    return folder, story, before, waiting


@pytest.fixture(scope="module")
def erased(lived):
    """The packed instance after an erasure by command and a maintenance job."""
    folder, story, *_ = lived
    conf = configure(folder)
    done = activitylog(conf, "erase", life.ZEBULON, "--yes")
    assert done.returncode == 0, done.stderr
    assert activitylog(conf, "maintain").returncode == 0
    with Zope(folder) as zope:
        after, (requests, _, went_well) = zope.call(life.story), zope.call(life.state)
    assert (requests, went_well) == ([], True)
    pack(folder)
    return folder, story, after


def test_before_the_erasure_the_id_is_in_all_structures(lived):
    _, _, (zebulon, xenia), waiting = lived
    assert own(zebulon).keys() == {"ArchiveLayer", "EntryBlock"}
    assert own(xenia).keys() == {"AppendStack", "ArchiveLayer", "EntryBlock"}
    # The feed keys are in a tree.
    assert zebulon["BTrees.OOBTree.OOBTree"] > 0
    assert own(waiting).keys() >= {"Accumulator", "ArchiveLayer", "EntryBlock"}


def test_afterwards_the_id_is_nowhere_in_the_file(erased):
    folder, _, _ = erased
    data = searchable_file(folder / "Data.fs")
    assert data.count(life.LATER.encode()) > 0
    # This id begins with the same characters.
    assert data.count(life.ZEBULON.encode()) == data.count(life.LATER.encode())
    others = [path for path in folder.rglob("*") if path.is_file()]
    assert not [
        path
        for path in others
        if path.name != "Data.fs"
        and life.ZEBULON.encode() in path.read_bytes().replace(life.LATER.encode(), b"")
    ]


def test_the_log_has_the_same_entries_under_a_pseudonym(erased):
    _, story, after = erased
    names = {}
    expected = []
    for (time, actor, *what), (_, new, *_) in zip(story, after, strict=True):
        if actor in (life.ZEBULON, XENIA):
            actor = names.setdefault(actor, new)
        expected.append((time, actor, *what))
    assert after == expected
    assert len(set(names.values())) == 2
    assert all(name.startswith("erased:") for name in names.values())
    assert len(after) > 3 * 20


def test_plone_keeps_what_the_documentation_lists(erased):
    """See docs/retention.rst."""
    folder, _, _ = erased
    found = records_with(folder, XENIA)
    assert own(found) == {}
    assert found.keys() == {
        # The content: creators, owner, history of the workflow, and its entries in the catalog.
        "plone.app.contenttypes.content.Document",
        "plone.app.contenttypes.content.Folder",
        "Persistence.mapping.PersistentMapping",
        "BTrees.IOBTree.IOBucket",
        "BTrees.OOBTree.OOBTree",
        # Versions.
        "BTrees.IOBTree.IOBTree",
        "Products.ZopeVersionControl.EventLog.LogEntry",
        "Products.ZopeVersionControl.Utility.VersionInfo",
        # The dashboard; among the trees are also the roles of the user in the site.
        "plone.app.portlets.storage.UserPortletAssignmentMapping",
        # Each transaction of a request has the user.
        "transactions",
    }
