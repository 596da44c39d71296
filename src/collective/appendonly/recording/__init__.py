"""Recording: from events to change sets.

Event handlers add notes. At the end of the transaction the notes become entries, and the entries
one change set in the log.
"""

from collective.appendonly.recording.custom_actions import record
from collective.appendonly.recording.handlers import recording_suspended


__all__ = ["record", "recording_suspended"]
