"""Maintenance and erasure in processes of their own: interrupted, killed, and two at once."""

from collections import Counter
from engines.files import short_folder
from engines.zeo import ZEO
from tests.product.operations.maintenance import life
from tests.product.operations.maintenance.instance import activitylog
from tests.product.operations.maintenance.instance import in_the_middle
from tests.product.operations.maintenance.instance import over_zeo
from tests.product.operations.maintenance.instance import waiting_for_another
from tests.product.zope_process import configure
from tests.product.zope_process import Zope

import pytest
import shutil
import signal


pytestmark = pytest.mark.processes

COUNT = 240


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A database with a site and a log. Each test has a copy."""
    folder = tmp_path_factory.mktemp("made")
    with Zope(folder) as zope:
        zope.call(life.make_site)
        zope.call(life.write_changes, COUNT)
    return folder / "Data.fs"


@pytest.fixture
def folder(made):
    with short_folder() as folder:
        shutil.copy(made, folder)
        yield folder


def state_of(folder):
    """Return how often each actor is in the log, and the state of the maintenance job."""
    with Zope(folder) as zope:
        story = zope.call(life.story)
        # The creation of the site has no actor.
        counts = Counter(actor for _, actor, _, _ in story if actor)
        return counts, zope.call(life.state)


def pseudonym_in(counts):
    """Return the only name that is new."""
    (name,) = counts.keys() - {life.ZEBULON, life.LATER, life.JANE}
    assert name.startswith("erased:")
    return name


def after_erasure(name):
    """Return how often each actor is in the log after the erasure."""
    third = COUNT // 3
    return {name: third, life.LATER: third, life.JANE: third}


def let_go_on(process):
    out, err = process.communicate("\n")
    return process.returncode, out, err


ERASE = ["erase", life.ZEBULON, "--yes"]


@pytest.mark.parametrize(
    "how, again",
    [(signal.SIGINT, ERASE), (signal.SIGKILL, ERASE), (signal.SIGKILL, ["maintain"])],
)
def test_a_stopped_erasure_continues(folder, how, again):
    conf = configure(folder)
    process = in_the_middle(conf, *ERASE)
    process.send_signal(how)
    _, err = process.communicate()
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert err.endswith(
            "Error: Interrupted. Run the command again to continue where it stopped.\n"
        )
        assert "Traceback" not in err
    partly, (requests, holder, _) = state_of(folder)
    name = pseudonym_in(partly)
    assert partly[life.ZEBULON] and partly[name]
    assert requests == [(life.ZEBULON, name)]
    # The process that was killed is known to have ended.
    assert holder is None
    done = activitylog(conf, *again)
    assert done.returncode == 0, done.stderr
    counts, (requests, holder, _) = state_of(folder)
    assert counts == after_erasure(name)
    assert (requests, holder) == ([], None)


def test_over_zeo_one_job_runs_and_the_other_exits(folder):
    with ZEO(data=folder) as server:
        conf = over_zeo(folder, server)
        first = in_the_middle(conf, *ERASE)
        second = activitylog(conf, "maintain", "--wait", "0")
        assert (second.returncode, second.stdout) == (75, "")
        assert f"Another maintenance job (process {first.pid} on " in second.stderr
        assert second.stderr.endswith(
            " UTC, so this one has done nothing. Users to erase: 1.\n"
        )
        other = activitylog(conf, "erase", life.LATER, "--yes", "--wait", "0")
        assert other.returncode == 75
        assert f"process {first.pid} on " in other.stderr
        code, out, _ = let_go_on(first)
        assert code == 0
        assert f"The log no longer contains the user ID “{life.ZEBULON}”." in out
    counts, (requests, holder, _) = state_of(folder)
    assert counts == after_erasure(pseudonym_in(counts))
    assert (requests, holder) == ([], None)


def test_over_zeo_a_job_waits_for_the_other_and_does_the_rest(folder):
    with ZEO(data=folder) as server:
        conf = over_zeo(folder, server)
        first = in_the_middle(conf, *ERASE)
        second = waiting_for_another(conf, "erase", life.LATER, "--yes")
        assert let_go_on(first)[0] == 0
        code, out, err = let_go_on(second)
        assert code == 0, err
        assert f"maintenance job (process {first.pid} on " in err
        assert f"The log no longer contains the user ID “{life.LATER}”." in out
    counts, (requests, holder, _) = state_of(folder)
    assert {life.ZEBULON, life.LATER}.isdisjoint(counts)
    assert sorted(counts.values()) == [COUNT // 3] * 3
    assert (requests, holder) == ([], None)


def test_over_zeo_a_killed_job_is_taken_over_at_once(folder):
    with ZEO(data=folder) as server:
        conf = over_zeo(folder, server)
        killed = in_the_middle(conf, *ERASE)
        killed.kill()
        killed.communicate()
        done = activitylog(conf, "maintain")
        assert (done.returncode, done.stdout) == (
            0,
            "Change sets discarded: 0; users erased: 1.\n",
        )
    counts, (requests, holder, went_well) = state_of(folder)
    assert counts == after_erasure(pseudonym_in(counts))
    assert (requests, holder, went_well) == ([], None, True)
