"""From events to change sets.

Subscribers note what happens; at the end of the transaction the notes become entries, and
the entries one change set on the log.
"""

from collective.appendonly.recording.collector import recording_suspended
from collective.appendonly.recording.own_actions import record


__all__ = ["record", "recording_suspended"]
