"""Recording can be suspended, for imports and migrations."""

from .expected import entry
from .expected import only
from collective.appendonly.recording.handlers import current_log
from collective.appendonly.recording.handlers import recording_suspended
from plone import api
from threading import Thread
from zope.component.hooks import setSite
from zope.lifecycleevent import modified

import pytest
import transaction


EDITED = entry("edited", "news/party")


def test_nothing_is_recorded_while_it_is_suspended(site, add, page, recorded):
    with recording_suspended():
        add("news/fence")
        modified(page)
        api.content.rename(page, "feast")
        api.content.transition(page, "publish")
        api.content.delete(page)
    assert recorded() == []


def test_what_came_before_and_after_is_recorded(site, add, page, recorded):
    modified(page)
    with recording_suspended():
        add("news/fence")
    modified(site["archive"])
    assert recorded() == only(EDITED, entry("edited", "archive", portal_type="Folder"))


def test_a_commit_inside_records_what_came_before(page, recorded):
    modified(page)
    with recording_suspended():
        transaction.commit()
    assert recorded() == only(EDITED)


def test_suspending_twice(page, recorded):
    with recording_suspended():
        with recording_suspended():
            modified(page)
        modified(page)
    assert recorded() == []


def test_an_error_inside_ends_it(page, recorded):
    with pytest.raises(ValueError), recording_suspended():
        raise ValueError
    modified(page)
    assert recorded() == only(EDITED)


def test_other_threads_go_on_recording(site):
    logs = []

    def look():
        setSite(site)
        logs.append(current_log())

    with recording_suspended():
        thread = Thread(target=look)
        thread.start()
        thread.join()
        assert current_log() is None
    assert logs == [current_log()]
