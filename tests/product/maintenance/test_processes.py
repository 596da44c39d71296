"""Maintenance and erasure in processes of their own: interrupted, killed, and two at once."""

from collections import Counter
from engines.files import short_folder
from engines.zeo import ZEO
from tests.product.maintenance import life
from tests.product.maintenance.instance import activitylog
from tests.product.maintenance.instance import DEADLINE
from tests.product.maintenance.instance import in_the_middle
from tests.product.maintenance.instance import over_zeo
from tests.product.zope_process import configure
from tests.product.zope_process import Zope

import pytest
import shutil
import signal


pytestmark = pytest.mark.engine

COUNT = 240


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A database with a site and a log. Each test has a copy."""
    folder = tmp_path_factory.mktemp("made")
    with Zope(folder) as zope:
        zope.call(life.make_site)
        zope.call(life.write_deeds, COUNT)
    return folder / "Data.fs"


@pytest.fixture
def folder(made):
    with short_folder() as folder:
        shutil.copy(made, folder)
        yield folder


def told(folder):
    """Return how often each actor is on the log, and what is kept of the maintenance."""
    with Zope(folder) as zope:
        story = zope.call(life.story)
        # What nobody did is that the site was made.
        counts = Counter(actor for _, actor, _, _ in story if actor)
        return counts, zope.call(life.state)


def pseudonym_in(counts):
    """Return the only name that is new."""
    (name,) = counts.keys() - {life.ZEBULON, life.LATER, life.JANE}
    assert name.startswith("erased:")
    return name


def after_erasure(name):
    """Return how often each actor is on the log then."""
    third = COUNT // 3
    return {name: third, life.LATER: third, life.JANE: third}


def let_go_on(process):
    out, err = process.communicate("\n", timeout=DEADLINE)
    return process.returncode, out, err


ERASE = ["erase", life.ZEBULON, "--yes"]


@pytest.mark.parametrize(
    "how, again",
    [
        (signal.SIGINT, ERASE),
        (signal.SIGKILL, ERASE),
        (signal.SIGKILL, ["maintain"]),
    ],
)
def test_an_erasure_that_was_stopped_goes_on_where_it_stopped(folder, how, again):
    conf = configure(folder)
    process = in_the_middle(conf, *ERASE)
    process.send_signal(how)
    _, err = process.communicate(timeout=DEADLINE)
    if how == signal.SIGINT:
        assert process.returncode == 1
        assert err.endswith(
            "Error: Interrupted. Run the command again: it goes on where it stopped.\n"
        )
        assert "Traceback" not in err
    partly, (requests, at_work, _) = told(folder)
    name = pseudonym_in(partly)
    assert partly[life.ZEBULON] and partly[name]
    assert requests == [(life.ZEBULON, name)]
    # Of the process that was killed everybody knows that it is gone.
    assert at_work is None
    done = activitylog(conf, *again)
    assert done.returncode == 0, done.stderr
    counts, (requests, at_work, _) = told(folder)
    assert counts == after_erasure(name)
    assert (requests, at_work) == ([], None)


def test_over_zeo_one_does_the_work_and_the_other_says_so_and_leaves(folder):
    with ZEO(data=folder) as server:
        conf = over_zeo(folder, server)
        first = in_the_middle(conf, *ERASE)
        second = activitylog(conf, "maintain")
        assert second.returncode == 0, second.stderr
        assert second.stdout.startswith(f"Another maintenance (process {first.pid} of ")
        assert " has been at work since 20" in second.stdout
        other = activitylog(conf, "erase", life.LATER, "--yes")
        assert other.returncode == 1
        assert f"Process {first.pid} of " in other.stderr
        code, out, _ = let_go_on(first)
        assert code == 0
        assert f"nothing of “{life.ZEBULON}” any more" in out
    counts, (requests, at_work, _) = told(folder)
    assert counts == after_erasure(pseudonym_in(counts))
    assert (requests, at_work) == ([], None)


def test_over_zeo_the_next_takes_over_at_once_from_one_that_was_killed(folder):
    with ZEO(data=folder) as server:
        conf = over_zeo(folder, server)
        killed = in_the_middle(conf, *ERASE)
        killed.kill()
        killed.communicate(timeout=DEADLINE)
        done = activitylog(conf, "maintain")
        assert (done.returncode, done.stdout) == (
            0,
            "Change sets discarded: 0; people erased: 1.\n",
        )
    counts, (requests, at_work, went_well) = told(folder)
    assert counts == after_erasure(pseudonym_in(counts))
    assert (requests, at_work, went_well) == ([], None, True)
