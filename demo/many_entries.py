"""Many entries to search in, for ``make start ENTRIES=100000``.

They are pushed onto the log as change sets: edits in Plone's forms would take an hour.
"""

from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import recording_suspended
from collective.appendonly.recording.snapshot import facts
from datetime import timedelta
from demo.actions import add
from demo.actions import at
from demo.actions import days_ago
from demo.actions import transition
from demo.people import MARIA
from demo.people import PEOPLE
from itertools import islice
from plone import api
from random import Random
from zope.component import getUtility

import transaction


BATCH = 1000
_PLOTS = 40
_CROPS = ("beans", "chard", "dahlias", "garlic", "leeks", "peas", "squash", "turnips")
# They are older than all others: from six years ago to three years ago.
_BEGIN = days_ago(6 * 365, "06:00")
_PERIOD = timedelta(days=3 * 365)


def create_entries(site, count: int) -> None:
    """Create the diaries of the plots, and *count* entries about changes of them."""
    if not count:
        return
    diaries = _create_diaries(site)
    log = getUtility(IActivityLog)
    change_sets = _change_sets(diaries, count)
    while batch := list(islice(change_sets, BATCH)):
        for change_set in batch:
            log.push(change_set)
        transaction.commit()
        log._p_jar.cacheGC()


def _create_diaries(site) -> list:
    with (
        recording_suspended(),
        at(_BEGIN),
        api.env.adopt_user(username=MARIA.login),
    ):
        folder = add(site, "Folder", "Plot diaries", description="What grows where.")
        diaries = [
            add(
                folder,
                "Document",
                f"Plot {number}: {_CROPS[number % len(_CROPS)]}",
                description=_harvest(0),
            )
            for number in range(1, _PLOTS + 1)
        ]
        for obj in (folder, *diaries):
            transition(obj, "publish")
        transaction.commit()
    return [facts(diary) for diary in diaries]


def _change_sets(diaries: list, count: int) -> Iterator[ChangeSet]:
    random = Random(count)
    weighed = [0] * len(diaries)
    for number in range(count):
        place = random.randrange(len(diaries))
        before = weighed[place]
        weighed[place] += random.randint(1, 9)
        entry = Entry(
            ("edited",),
            *diaries[place],
            actor=random.choice(PEOPLE).login,
            fields=("description",),
            values={"description": [_harvest(before), _harvest(weighed[place])]},
        )
        time = _BEGIN + _PERIOD * (number + 1) / count
        yield ChangeSet(time, entry.actor, (entry,))


def _harvest(weight: int) -> str:
    return f"Harvested so far: {weight:,} kg"
