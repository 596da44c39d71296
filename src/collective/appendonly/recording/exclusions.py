"""Exclusions from recording in the settings: actions, types, users, paths."""

from collective.appendonly.entry import Entry
from collective.appendonly.recording.story import Story
from collective.appendonly.settings import activity_settings
from dataclasses import replace


class Exclusions:
    """The exclusions of the current site, read once per transaction."""

    def __init__(self):
        settings = activity_settings()
        self._actions = settings.excluded_actions
        self._types = frozenset(settings.types_left_out)
        self._users = frozenset(settings.users_left_out)
        self._paths = tuple(path.strip("/") for path in settings.paths_left_out)

    def entry(self, story: Story) -> Entry | None:
        """Return the entry of *story*, None if it has none or the entry is excluded."""
        # First what is known without making the entry: a robot may have touched thousands.
        if story.actor in self._users or story.portal_type in self._types:
            return None
        entry = story.entry(self._actions)
        if entry is None or self._is_excluded(entry.path):
            return None
        if entry.source is not None and self._is_excluded(entry.source.path):
            return replace(entry, source=None)
        return entry

    def _is_excluded(self, path: str) -> bool:
        return any(
            path == excluded or path.startswith(f"{excluded}/")
            for excluded in self._paths
        )
