"""Settings: records of the registry, which control panels and code change."""

from collective.appendonly.entry import SETTING
from collective.appendonly.recording.administration import is_new
from collective.appendonly.recording.collector import look_at_writes
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.differences.configuration import Change
from collective.appendonly.recording.differences.configuration import is_changed
from collective.appendonly.recording.differences.configuration import is_setting
from collective.appendonly.recording.differences.values import is_secret
from collective.appendonly.recording.handlers import site_recorder
from collective.appendonly.recording.site_story import Part
from collective.appendonly.recording.site_story import SettingStory
from zope.schema.interfaces import IPassword

import transaction


# The key of the number of profiles being imported in the data of the transaction.
_IMPORTS = object()


@site_recorder(action="settings_changed")
def changed(log, event):
    record, change = event.record, Change(event.oldValue, event.newValue)
    name = record.__name__
    # The REST API and some forms fire events for all records of a panel.
    if _imports() or not is_setting(name) or not is_changed(change) or is_new(log):
        return
    secret = is_secret(name) or IPassword.providedBy(record.field)
    details = {"change": Change(None, True) if secret else change, "is_secret": secret}
    note(log, Part(SETTING, name), "settings_changed", story=SettingStory, **details)


def import_begins(event):
    _set_imports(_imports() + 1)


def import_ends(event):
    _set_imports(_imports() - 1)
    _installed(event)


@site_recorder
def _installed(log, event):
    # Code may do it without a request.
    look_at_writes(log)


def _imports():
    try:
        return transaction.get().data(_IMPORTS)
    except KeyError:
        return 0


def _set_imports(number):
    transaction.get().set_data(_IMPORTS, max(number, 0))
