"""``activitylog follow``."""

from collective.appendonly.bulk import to_item
from collective.appendonly.commands import follow
from collective.appendonly.entry import ChangeSet
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.structures.archive import Archive
from errno import EPIPE
from plone.base.utils import get_installer
from tests.product.commands.history import BEGIN
from tests.product.commands.history import page
from ZODB.POSException import StorageError
from zope.component import getUtility

import json
import pytest
import stat
import transaction


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state.json"


@pytest.fixture
def followed(activitylog, state):
    """Follow the log once, and return the lines as JSON."""

    def followed(*arguments):
        done = activitylog("follow", "--state", str(state), "--once", *arguments)
        assert done.exit_code == 0, done.stderr
        return list(map(json.loads, done.stdout.splitlines()))

    return followed


@pytest.fixture
def push(log):
    """Record change sets about pages with these numbers."""

    def push(*numbers):
        for number in numbers:
            log.push(ChangeSet(BEGIN, "jane", (page(number),)))
            transaction.commit()

    return push


def titles(lines):
    return [line["entries"][0]["title"] for line in lines]


def test_it_prints_the_lines_of_an_export(activitylog, followed, history):
    exported = activitylog("export").stdout.splitlines()[1:-1]
    lines = followed()
    # It prints the parts of a large change set from the last to the first.
    assert sorted(json.dumps(each["entries"]) for each in lines) == sorted(
        json.dumps(json.loads(line)["entries"]) for line in exported
    )
    times = [line["time"] for line in lines]
    assert times == sorted(times)
    assert sum("continued" not in line for line in lines) == 40
    assert followed() == []


def test_it_continues_where_it_stopped(followed, push):
    push(1, 2)
    assert titles(followed()) == ["Page 1", "Page 2"]
    assert followed() == []
    push(*range(3, 40))
    assert titles(followed()) == [f"Page {number}" for number in range(3, 40)]


def test_an_empty_log_and_then_the_first_change(followed, push):
    assert followed() == []
    push(1)
    assert titles(followed()) == ["Page 1"]


def test_it_can_start_with_what_is_new(followed, push):
    push(1, 2)
    assert followed("--new") == []
    push(3)
    # Only the first run starts.
    assert titles(followed("--new")) == ["Page 3"]


def test_it_waits_for_new_changes(activitylog, state, push, monkeypatch):
    waits = []

    def work_meanwhile(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt
        push(10 * len(waits), 10 * len(waits) + 1)

    monkeypatch.setattr(follow, "sleep", work_meanwhile)
    push(1)
    done = activitylog("follow", "--state", str(state), "--interval", "0.5")
    assert titles(map(json.loads, done.stdout.splitlines())) == [
        f"Page {number}" for number in (1, 10, 11, 20, 21)
    ]
    assert waits == [0.5] * 3
    assert done.exit_code == 130
    assert done.stderr == (
        "Error: Interrupted. Run the command again to continue where it stopped.\n"
    )


def test_waiting_loads_nothing_while_nothing_happens(
    activitylog, state, push, monkeypatch, loaded
):
    seen = []

    def wait(seconds):
        seen.append(list(loaded_classes))
        if len(seen) == 5:
            raise KeyboardInterrupt

    push(*range(30))
    activitylog("follow", "--state", str(state), "--once")
    monkeypatch.setattr(follow, "sleep", wait)
    loaded_classes = loaded()
    activitylog("follow", "--state", str(state))
    first, *others = seen
    assert others == [first] * 4
    assert "ArchiveLayer" not in first


@pytest.mark.parametrize(
    "again, message",
    [
        (False, "The add-on is not installed in this site."),
        (True, "The log does not contain the change where the last run stopped."),
    ],
)
def test_uninstalling_the_add_on_ends_it(
    activitylog, refused, portal, state, push, uninstall, monkeypatch, again, message
):
    push(1, 2)

    def wait(seconds):
        uninstall()
        if again:
            get_installer(portal).install_product("collective.appendonly")
            change_set = ChangeSet(BEGIN, "jane", (page(3),))
            getUtility(IActivityLog).push(change_set)
        transaction.commit()
        monkeypatch.setattr(follow, "sleep", pytest.fail)

    monkeypatch.setattr(follow, "sleep", wait)
    done = activitylog("follow", "--state", str(state))
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 2
    assert f"Error: {message}" in done.stderr
    # The place is kept.
    assert f"Error: {message}" in refused("follow", "--state", str(state), "--once")


def test_a_broken_pipe_keeps_the_place(activitylog, followed, state, push, monkeypatch):
    """As with “follow | head -1”."""
    push(*range(5))

    def broken(place, stream):
        raise BrokenPipeError(EPIPE, "Broken pipe")

    with monkeypatch.context() as patch:
        patch.setattr(follow, "_printed", broken)
        done = activitylog("follow", "--state", str(state), "--once")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert len(followed()) == 5


def test_a_place_is_stored_after_each_batch(followed, push, monkeypatch):
    saved = []
    save = follow._save
    monkeypatch.setattr(follow, "BATCH", 3)
    monkeypatch.setattr(
        follow, "_save", lambda state, place: (saved.append(place), save(state, place))
    )
    push(*range(8))
    assert len(followed()) == 8
    # One when it begins.
    assert len(saved) == 4


def test_a_large_change_set_is_continued_in_the_middle(followed, log, monkeypatch):
    log.push(ChangeSet(BEGIN, "jane", tuple(map(page, range(250)))))
    transaction.commit()
    monkeypatch.setattr(follow, "BATCH", 1)
    lines = followed()
    assert [len(line["entries"]) for line in lines] == [50, 100, 100]
    assert [line.get("continued") for line in lines] == [None, True, True]


def test_the_state_is_for_its_owner_and_replaced_at_once(followed, push, state):
    push(1)
    followed()
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert set(json.loads(state.read_text())) == {"cursor", "digest"}
    assert [each.name for each in state.parent.glob("state*")] == ["state.json"]


def test_older_changes_may_be_put_below_what_was_followed(followed, push, log):
    """As in the last step of a backfill. All positions change."""
    push(1, 2)
    followed()
    older, epoch = Archive(), log.epoch
    items = [to_item(ChangeSet(BEGIN, "tom", (page(99),)), log.keys)]
    older.addLayer(log.stack.first_generation, items, *log.contents_of(items))
    log.rest_on(older)
    push(3)
    assert log.epoch != epoch
    assert titles(followed()) == ["Page 3"]
    assert followed() == []


def test_older_changes_may_come_before_the_first_one_that_is_followed(
    followed, push, log
):
    followed()
    log.begin_epoch()
    push(1)
    assert titles(followed()) == ["Page 1"]


def test_another_log_is_refused(followed, refused, state, push, log):
    push(1)
    followed()
    log.stack.prune(log.archive.addLayer)
    log.archive.discard(log.archive.generation + 1)
    log.begin_epoch()
    transaction.commit()
    push(2)
    error = refused("follow", "--state", str(state), "--once")
    assert error.startswith(
        "Error: The log does not contain the change where the last run stopped."
    )
    state.unlink()
    assert titles(followed()) == ["Page 2"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"cursor": "x"}', "\x00"])
def test_a_damaged_state_is_reported(refused, state, push, content):
    push(1)
    state.write_text(content)
    error = refused("follow", "--state", str(state), "--once")
    assert error.startswith(f"Error: Cannot read {state}: ")
    assert error.endswith(" Remove the file to start over.\n")
    assert state.read_text() == content


def test_a_state_that_cannot_be_written_is_reported(refused, push, tmp_path):
    push(1)
    state = tmp_path / "missing" / "state.json"
    error = refused("follow", "--state", str(state), "--once")
    assert error == f"Error: Cannot write {state}: No such file or directory.\n"


def test_a_server_that_is_gone_is_reported(refused, state, push, log, monkeypatch):
    def gone(self, *args):
        raise StorageError("No server.")

    push(1)
    monkeypatch.setattr(type(log), "newer", gone)
    error = refused("follow", "--state", str(state), "--once")
    assert error.startswith("Error: The database cannot be read: StorageError: ")


@pytest.mark.parametrize("arguments", [[], ["--state", "x", "--interval", "0"]])
def test_options_that_are_missing_or_wrong(refused, arguments):
    assert "Error: " in refused("follow", *arguments, status=2)


def test_it_changes_nothing_in_the_log(followed, push, changed):
    push(1)
    changed.clear()
    followed()
    assert changed == []
