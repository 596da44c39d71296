"""Clients and servers are killed while clients push. What was acknowledged is there.

``KILLS=100`` kills as many times per storage, ``pytest -rP`` shows the figures.
"""

from collections import Counter
from random import Random
from tests.engines.conftest import started
from tests.engines.reports import keys_of
from tests.engines.reports import read_log
from ZODB.POSException import ConflictError

import os
import pytest
import time


pytestmark = pytest.mark.processes

KILLS = int(os.environ.get("KILLS", 6))
# So many kills have a log of their own, so that it is read in moments after each.
ROUND = 5
WRITERS = 3 * ROUND + 3

only_servers = pytest.mark.parametrize("engine", ["zeo", "postgresql"], indirect=True)


def test_no_commit_is_lost_when_clients_and_servers_are_killed(
    engine, open_storm, seed
):
    random, figures = Random(seed), Counter()
    for numbers in rounds():
        storm = open_storm(engine, writers=WRITERS, pause=0.01)
        for number in numbers:
            client = meet(storm, random)
            if hasattr(engine, "kill") and number % 2:
                engine.kill()
                engine.start()
                figures["servers killed"] += 1
            else:
                storm.kill_client(client)
                storm.add_client().pipe.send("go")
                figures["clients killed"] += 1
            storm.verify()
        finish(storm, figures)
    tell(engine.name, figures)


def test_no_commit_is_lost_when_the_only_process_is_killed(open_storm, seed):
    random, figures = Random(seed), Counter()
    with started("filestorage") as engine:
        for numbers in rounds():
            storm = open_storm(engine, [["push"] * 3], writers=WRITERS)
            for _ in numbers:
                storm.kill_client(meet(storm, random))
                figures["processes killed"] += 1
                storm.verify()
                storm.add_client(["push"] * 3).pipe.send("go")
            finish(storm, figures)
    tell(engine.name, figures)


def test_a_client_killed_during_its_commit_does_not_hold_up_others(
    engine, create, open_client
):
    name = create(engine)
    killed, other = open_client(engine), open_client(engine)
    for client in killed, other:
        client.call("begin", name)
        client.call("do", "push", client is killed)

    killed.ask("commit_but_stay_before_the_end")
    assert killed.report() == ("voted",)
    other.ask("commit")
    killed.kill()
    other.answer()
    assert read_log(engine, name) == [False]


@only_servers
def test_a_commit_that_the_server_does_not_survive_can_be_repeated(
    engine, create, open_client
):
    name = create(engine)
    client = open_client(engine)
    client.call("begin", name)
    client.call("do", "push", 1)

    client.ask("commit_but_stay_before_the_end")
    assert client.report() == ("voted",)
    engine.kill()
    engine.start()
    client.pipe.send("go on")
    with pytest.raises(Exception) as told:
        client.answer()
    assert not isinstance(told.value, ConflictError)
    assert read_log(engine, name) == []

    client.call("begin", name)
    client.call("do", "push", 1)
    client.call("commit")
    assert read_log(engine, name) == [1]


def test_half_a_commit_in_a_file_is_dropped_when_it_is_opened(create, open_client):
    with started("filestorage") as engine:
        name = create(engine)
        for item in "killed", "other":
            client = open_client(engine)
            client.call("begin", name)
            client.call("do", "push", item)
            if item == "killed":
                client.ask("commit_but_stay_before_the_end")
                assert client.report() == ("voted",)
            else:
                client.call("commit")
            client.kill()
        assert read_log(engine, name) == ["other"]


def rounds():
    return [range(KILLS)[first : first + ROUND] for first in range(0, KILLS, ROUND)]


def meet(storm, random):
    """Return a client that is committing, at some moment of it."""
    storm.wait_for_commits(random.randint(3, 12))
    client = storm.wait_for_a_commit_to_begin()
    # Waits for nothing: it spreads the kills over the phases of a commit.
    time.sleep(10 ** random.uniform(-5, -2))
    return client


def finish(storm, figures):
    storm.wait_for_commits(3)
    storm.stop()
    storm.verify()

    reports = storm.reports
    landed = reports.uncertain & set(keys_of(storm.read_log()))
    figures["acknowledged commits"] += len(reports.done)
    figures["of them merged"] += reports.merged
    figures["uncertain commits"] += len(reports.uncertain)
    figures["of them there"] += len(landed)
    figures.update(storm.kinds_of_failures())


def tell(name, figures):
    print(name, *(f"{count} {what}" for what, count in figures.items()), sep=", ")  # noqa: T201
