"""What the site doesn't want to have recorded: actions, types, people, places."""

from collective.appendonly.entry import Entry
from collective.appendonly.recording.story import Story
from collective.appendonly.settings import activity_settings
from dataclasses import replace


class Selection:
    """The settings of the site, read once for a transaction."""

    def __init__(self):
        settings = activity_settings()
        self._actions = frozenset(settings.actions_left_out)
        self._types = frozenset(settings.types_left_out)
        self._users = frozenset(settings.users_left_out)
        self._paths = tuple(path.strip("/") for path in settings.paths_left_out)

    def entry(self, story: Story) -> Entry | None:
        """Return the entry that *story* comes to, if it is one for the log."""
        # First what is known without making the entry: a robot may have touched thousands.
        if story.actor in self._users or story.portal_type in self._types:
            return None
        entry = story.entry(self._actions)
        if entry is None or self._is_left_out(entry.path):
            return None
        if entry.source is not None and self._is_left_out(entry.source.path):
            return replace(entry, source=None)
        return entry

    def _is_left_out(self, path: str) -> bool:
        return any(path == left or path.startswith(f"{left}/") for left in self._paths)
