"""ZEO: servers that lack the package, clients that resolve, and servers that restart."""

from contextlib import closing
from contextlib import ExitStack
from persistent.mapping import PersistentMapping
from tests.engines.conftest import started
from tests.engines.reports import read_log
from transaction import TransactionManager
from ZEO.Exceptions import ServerException
from ZODB.config import databaseFromString
from ZODB.POSException import ConflictError

import pytest


pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def without_package():
    """A server that cannot import the structures."""
    with started("zeo-without-package") as engine:
        yield engine


@pytest.fixture
def connect():
    """A function that opens a connection of a client of its own."""
    with ExitStack() as stack:

        def connect(engine):
            db = stack.enter_context(closing(databaseFromString(engine.configuration)))
            connection = db.open(TransactionManager())
            stack.callback(connection.close)
            stack.callback(connection.transaction_manager.abort)
            return connection

        yield connect


def push(connection, name, item):
    structures = connection.root()[name]
    structures["stack"].push(item, structures["archive"].addLayer)


def begin_to_push(name, *clients):
    for item, client in enumerate(clients, 1):
        client.call("begin", name)
        client.call("do", "push", item)


def test_pushes_at_the_same_time_conflict_on_a_server_without_the_package(
    without_package, create, open_client
):
    name = create(without_package)
    first, second = open_client(without_package), open_client(without_package)
    begin_to_push(name, first, second)
    first.call("commit")
    with pytest.raises(ConflictError):
        second.call("commit")
    assert read_log(without_package, name) == [1]

    second.call("begin", name)
    second.call("do", "push", 2)
    second.call("commit")
    assert read_log(without_package, name) == [1, 2]


def test_a_server_without_the_package_logs_the_error(without_package, create, connect):
    name = create(without_package)
    first, second = connect(without_package), connect(without_package)
    push(first, name, 1)
    push(second, name, 2)
    first.transaction_manager.commit()
    before = len(without_package.log())
    with pytest.raises(ConflictError):
        second.transaction_manager.commit()
    logged = without_package.log()[before:]
    assert "ERROR ZODB.ConflictResolution Unexpected error while trying to" in logged
    assert "BadClass" in logged


def test_retries_lose_nothing_on_a_server_without_the_package(
    without_package, open_storm
):
    storm = open_storm(without_package)
    storm.wait_for_commits(60)
    storm.stop()

    storm.verify()
    assert storm.reports.refused
    assert storm.failures_but_conflicts() == set()
    assert not storm.reports.merged


def test_a_server_without_the_package_is_enough_if_its_clients_resolve(
    create, open_client
):
    with started("zeo-client-resolves-without-package") as engine:
        name = create(engine)
        first, second = open_client(engine), open_client(engine)
        begin_to_push(name, first, second)
        first.call("commit")
        second.call("commit")
        assert read_log(engine, name) == [1, 2]
        assert "ERROR ZODB.ConflictResolution" not in engine.log()


@pytest.mark.parametrize("engine", ["zeo-client-resolves"], indirect=True)
def test_a_client_that_resolves_gives_up_when_others_are_nine_times_faster(
    engine, create, connect
):
    # Under load this happens. With ZEO 6.2 it is not even a ConflictError.
    name = create(engine)
    slow, fast = connect(engine), connect(engine)
    storage = slow.db().storage
    resolve = storage.tryToResolveConflict
    overtaken = []

    def be_overtaken(*args, **kwargs):
        push(fast, name, len(overtaken))
        fast.transaction_manager.commit()
        overtaken.append(True)
        return resolve(*args, **kwargs)

    push(slow, name, "slow")
    push(fast, name, "fast")
    fast.transaction_manager.commit()
    storage.tryToResolveConflict = be_overtaken
    with pytest.raises((ServerException, ConflictError)):
        slow.transaction_manager.commit()
    storage.tryToResolveConflict = resolve
    slow.transaction_manager.abort()
    pushed = ["fast", *range(len(overtaken))]
    assert read_log(engine, name) == pushed

    push(slow, name, "slow")
    slow.transaction_manager.commit()
    assert read_log(engine, name) == [*pushed, "slow"]


@pytest.mark.parametrize("engine", ["zeo"], indirect=True)
def test_after_a_restart_of_the_server_a_client_may_have_to_retry(
    engine, create, connect
):
    # Clients hold numbers for new objects in reserve. A server that was restarted over
    # a FileStorage gives those that nobody has used to the next one who asks.
    name = create(engine)
    before = connect(engine)
    before.root()["a new object"] = PersistentMapping()
    before.transaction_manager.commit()
    engine.stop()
    engine.start()
    after = connect(engine)
    after.root()["many"] = [PersistentMapping() for _ in range(10)]
    after.transaction_manager.commit()

    retries = 0
    for item in range(20):
        while True:
            try:
                before.transaction_manager.begin()
                push(before, name, item)
                before.transaction_manager.commit()
                break
            except (ConflictError, ValueError):
                # A ValueError if the other object is in the client's memory already.
                retries += 1
                before.transaction_manager.abort()
    assert 0 < retries <= 100
    assert read_log(engine, name) == list(range(20))
