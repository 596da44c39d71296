"""Several client processes write concurrently, on each storage. Nothing is lost or doubled."""

from random import Random
from tests.engines.reports import read_log
from tests.engines.reports import structures_of
from tests.engines.worker import BOUND
from tests.engines.worker import MAX_LENGTH
from ZODB.POSException import ConflictError

import pytest


pytestmark = pytest.mark.processes

COMMITS = 60


@pytest.fixture
def own_failures(request):
    """The failures that only one storage has; see ``docs/engines.rst``."""
    engine = request.node.callspec.params["engine"]
    return {"ServerException"} if engine == "zeo-client-resolves" else set()


def test_clients_that_commit_what_others_changed_meanwhile(
    engine, create, open_client, seed
):
    random, name, expected = Random(seed), create(engine), []
    clients = [open_client(engine) for _ in range(3)]
    for number in range(8):
        pushed = []
        for client in clients:
            client.call("begin", name)
            items = [(id(client), number, i) for i in range(random.randint(1, BOUND))]
            client.call("do", "push", *items)
            pushed.append((client, items))
        for client, items in random.sample(pushed, len(pushed)):
            client.call("commit")
            expected += items
    assert read_log(engine, name) == expected


def test_clients_that_push_at_once_do_not_conflict(engine, open_storm, own_failures):
    storm = open_storm(engine)
    storm.wait_for_commits(COMMITS)
    storm.stop()

    storm.verify()
    assert set(storm.kinds_of_failures()) <= own_failures
    assert storm.reports.merged


def test_discarding_while_others_push_costs_retries_only(
    engine, open_storm, own_failures
):
    # RelStorage's cache on SQLite; the ones that others raise are ConflictErrors.
    own_failures.add("CacheConsistencyError")
    storm = open_storm(engine, [["push"], ["push"], ["push_and_discard"]])
    storm.wait_for_commits(COMMITS)
    storm.wait_until(lambda: any(storm.reports.results.values()))
    storm.stop()

    reports = storm.reports
    everything = reports.items_of(reports.in_order_of_commits({0, 1, 2}))
    with structures_of(engine, storm.name) as structures:
        discarded = structures["archive"].horizon * MAX_LENGTH
    assert discarded
    assert storm.read_log() == everything[discarded:]
    assert storm.failures_but_conflicts() <= own_failures


def test_each_item_is_consumed_by_one_of_two_workers(engine, open_storm, own_failures):
    storm = open_storm(engine, [["append"], ["append"], ["consume"], ["consume"]])
    storm.wait_for_commits(COMMITS)
    storm.wait_until(lambda: any(storm.reports.results.values()))
    storm.stop()

    reports = storm.reports
    appended = reports.items_of(reports.in_order_of_commits({0, 1}))
    taken = [
        item
        for key in reports.in_order_of_commits({2, 3})
        for item in reports.results[key]
    ]
    with structures_of(engine, storm.name) as structures:
        pending = list(structures["accumulator"])
    assert [*taken, *pending] == appended
    assert storm.failures_but_conflicts() <= own_failures


def test_an_append_does_not_fail_while_others_consume(engine, open_storm, own_failures):
    storm = open_storm(engine, [["append"], ["append"], ["consume"]])
    storm.wait_for_commits(COMMITS)
    storm.stop()
    assert set(storm.kinds_of_failures()) <= own_failures


def test_of_two_that_consume_the_same_the_second_finds_nothing(
    engine, create, open_client
):
    name = create(engine)
    first, second = open_client(engine), open_client(engine)
    first.call("begin", name)
    first.call("do", "append", "a", "b")
    first.call("commit")
    for client in first, second:
        client.call("begin", name)
        assert client.call("do", "consume") == ["a", "b"]

    first.call("commit")
    with pytest.raises(ConflictError):
        second.call("commit")
    second.call("begin", name)
    assert second.call("do", "consume") == []
