"""The stories of settings, add-ons, content types and workflows."""

from collections.abc import Set
from collective.appendonly.entry import Entry
from collective.appendonly.recording.differences.configuration import Change
from collective.appendonly.recording.differences.configuration import is_changed
from collective.appendonly.recording.differences.values import short_pair
from collective.appendonly.recording.snapshot import site_facts
from collective.appendonly.recording.story import Details
from collective.appendonly.recording.story import Story
from collective.appendonly.settings import activity_settings
from typing import NamedTuple


class Part(NamedTuple):
    """A part of the site that is not content. ``kind`` is the portal type of its entries."""

    kind: str
    id: str


class SiteStory(Story):
    """The story of a content type or of the workflow of one."""

    @property
    def portal_type(self) -> str:
        return self.obj.kind

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        action = self.notes[-1].action
        described = None if action in excluded else self._described(action)
        if described is None:
            return None
        return Entry(
            actions=(action,),
            actor=self.actor,
            **site_facts(self.portal_type, self.obj.id)._asdict(),
            **described,
        )

    def _described(self, action: str) -> Details | None:
        """Return the details of the entry, None if nothing was changed."""
        return dict(self.details(action)[-1])


class AddonStory(SiteStory):
    """The story of an add-on. It implies all settings, types and workflows that its profile changes."""

    def _described(self, action: str) -> Details | None:
        return None if action == "profiles_changed" else super()._described(action)


class SettingStory(SiteStory):
    """The story of a record in the registry."""

    def _described(self, action: str) -> Details | None:
        changes = [note["change"] for note in self.details(action)]
        change = Change(changes[0].old, changes[-1].new)
        if not is_changed(change):
            return None
        is_secret = any(note["is_secret"] for note in self.details(action))
        if is_secret or not activity_settings().record_values:
            return {}
        pair = short_pair(*change)
        return {} if pair is None else {"values": {self.obj.id: pair}}
