"""The differences of roles in a BTree: few items in one record, many in buckets that split."""

from BTrees.OOBTree import OOBTree
from collective.appendonly.recording.differences.configuration import Change
from collective.appendonly.recording.differences.configuration import changed_roles
from collective.appendonly.recording.differences.previous import written_by
from ZODB.MappingStorage import DB
from ZODB.POSException import POSKeyError

import pytest
import transaction


@pytest.fixture
def root():
    """The root of a database with the roles of some users, and another tree."""
    connection = DB().open()
    root = connection.root()
    root["roles"] = OOBTree({"joan": ("Member", "Reader")})
    root["index"] = OOBTree({"joan": ("Member",)})
    transaction.commit()
    yield root
    transaction.abort()
    connection.close()


@pytest.fixture(params=["warm", "cold"])
def commit(root, request):
    """Commit. The objects are in memory afterwards, or they are not."""

    def commit():
        transaction.commit()
        if request.param == "cold":
            root._p_jar.cacheMinimize()

    return commit


@pytest.fixture(params=["", "savepoint", "cold savepoint"])
def found(root, request):
    """Return what changed, also after a savepoint."""

    def found():
        if request.param:
            transaction.savepoint()
        if request.param.startswith("cold"):
            root._p_jar.cacheMinimize()
        return changed_roles(root["roles"], list(written_by(root._p_jar)))

    return found


def granted(names, role="Reader"):
    return {name: Change([], [role]) for name in names}


@pytest.mark.parametrize(
    "roles, expected",
    [
        (("Member", "Reader"), None),
        (("Reader", "Member"), None),
        (["Member", "Reader", "Authenticated"], None),
        (("Member",), Change(["Reader"], [])),
        ((), Change(["Member", "Reader"], [])),
        (
            ("Editor", "Member", "Contributor"),
            Change(["Reader"], ["Contributor", "Editor"]),
        ),
    ],
)
def test_few_users(root, found, roles, expected):
    root["roles"]["joan"] = roles
    root["index"]["joan"] = ("Editor",)
    assert found() == ({} if expected is None else {"joan": expected})


def test_a_user_who_has_no_roles_any_more(root, found):
    del root["roles"]["joan"]
    assert found() == {"joan": Change(["Member", "Reader"], [])}


def test_the_first_users_are_many(root, found, commit):
    root["roles"].clear()
    commit()
    names = [f"user-{number:03}" for number in range(90)]
    root["roles"].update(dict.fromkeys(names, ("Reader",)))
    assert found() == granted(names)


def test_many_users(root, found, commit):
    roles = root["roles"]
    names = [f"user-{number:03}" for number in range(90)]
    roles.update(dict.fromkeys(names, ("Reader",)))
    assert found() == granted(names)
    commit()
    assert found() == {}
    roles["user-077"] = ("Editor",)
    assert found() == {"user-077": Change(["Reader"], ["Editor"])}
    del roles["user-050"]
    assert found()["user-050"] == Change(["Reader"], [])


@pytest.mark.parametrize("count", [1, 20, 40, 200])
def test_buckets_that_split(root, found, commit, count):
    """Those who move into another bucket have the roles that they had."""
    roles = root["roles"]
    roles.update({f"user-{number:03}": ("Reader",) for number in range(90)})
    commit()
    names = [f"user-050-{number:03}" for number in range(count)]
    roles.update(dict.fromkeys(names, ("Editor",)))
    assert found() == granted(names, "Editor")
    commit()
    assert found() == {}


def test_buckets_of_another_tree(root, found, commit):
    index = root["index"]
    index.update({f"user-{number:03}": ("Reader",) for number in range(90)})
    commit()
    index["user-077"] = ("Editor",)
    assert found() == {}


def test_after_the_database_was_packed(root, found, monkeypatch):
    """What was before is not known, so nothing is reported."""
    root["roles"]["joan"] = ("Editor",)
    jar = root._p_jar
    monkeypatch.setattr(jar._normal_storage, "loadSerial", lost)
    assert changed_roles(root["roles"], list(written_by(jar))) == {}


def lost(oid, serial):
    raise POSKeyError(oid)
