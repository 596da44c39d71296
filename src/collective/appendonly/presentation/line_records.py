"""Lines as JSON values, for clients that show them: no client has to put sentences together.

A record of an item of the feed gets the key ``line``. Links lead where they do on Plone's pages,
except for two: content has its own URL also where Plone's listings link to a view of it, and a
preview is a request to the REST API.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from collective.appendonly.entry import to_iso
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import Filters
from collective.appendonly.feed import to_parameters
from collective.appendonly.i18n import _
from collective.appendonly.permissions import lookup_check
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.conditions import conditions
from collective.appendonly.presentation.conditions import name_for_members
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Subject
from collective.appendonly.presentation.numbers import folded
from collective.appendonly.presentation.numbers import not_listed
from collective.appendonly.presentation.records import Records
from collective.appendonly.presentation.restoring import Restoring
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.versions import PREVIEW
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.presentation.wording import Part
from plone import api
from typing import Any
from urllib.parse import quote
from urllib.parse import urlencode

import re


# The view that the URL of a story ends with.
_STORY = "/@@activity"
# What can follow in a URL, without being taken for another part of the path.
_PLAIN_ID = re.compile(r"[^\W_][\w.@+-]*")
# The filters with several values.
_LISTS = ("actions", "types")


class LineRecords(Records):
    """Makes records with lines, for one request about the activity of *context*.

    Without *links*, lines do not link to versions and to where changes can be taken back, which
    saves loading the objects.
    """

    def __init__(self, context, request, links: bool = True):
        self._translate = Translator(request)
        self._times = Times(context, request)
        super().__init__(
            request,
            versions=Versions(request) if links else None,
            restoring=Restoring() if links else None,
            translate=self._translate,
            times=self._times,
        )
        self._site_url = api.portal.get().absolute_url()
        self._own_story = f"{context.absolute_url()}{_STORY}"
        self._may_look_up = lookup_check()

    def record(self, item: FeedItem) -> dict[str, Any]:
        line = self._presenter.line(item)
        return {**self._record(item, line), "line": self._line(line)}

    def person(self, user_id: str | None) -> dict[str, Any]:
        """Return the record of a user, as it is in lines."""
        return self._person(self._actors.actor(user_id))

    def filters(
        self, filters: Filters, items: Sequence[FeedItem]
    ) -> list[dict[str, Any]]:
        """Return the labels of *filters*, each with the parameters of the others.

        Those about users have the names of the reader and of the actors of *items*, which are shown
        in any case; others only for readers who can list the members.
        """
        named = {entry.actor for item in items for entry in item.entries}
        if not api.user.is_anonymous():
            named.add(api.user.get_current().getId())

        def name_of(user_id):
            return self._actors.actor(user_id).name

        def label_of(user_id):
            known = user_id in named
            return name_of(user_id) if known else name_for_members(user_id, name_of)

        labels = Labels(self._translate)
        return [
            {
                "text": self._translate(condition.text),
                "parameters": self._parameters(condition.rest),
            }
            for condition in conditions(filters, labels, self._times, label_of)
        ]

    def _parameters(self, filters):
        found: dict[str, Any] = {}
        for name, value in to_parameters(filters, self._times.timezone):
            if name in _LISTS:
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return found

    def _line(self, line: Line) -> dict[str, Any]:
        backfilled = _("from the catalog, before recording began")
        return {
            "sentence": _parts(line.sentence),
            "icon": line.icon,
            "actor": self._person(line.actor),
            "shown": [self._subject(subject) for subject in line.shown],
            "folded": [self._subject(subject) for subject in line.folded],
            "more": self._translate(folded(line)) if line.folded else None,
            "unnamed": self._translate(not_listed(line)) if line.unnamed else None,
            "changes": line.changes,
            "began": line.began and to_iso(line.began),
            "number": line.began and self._translate(line.number),
            "backfilled": self._translate(backfilled) if line.backfilled else None,
            "undo": line.undo,
        }

    def _subject(self, subject: Subject) -> dict[str, Any]:
        story = subject.story
        return {
            "@id": _own_url(subject),
            "title": subject.title,
            "@type": subject.portal_type,
            "type_title": subject.type_title,
            "missing": subject.is_missing,
            "actions": subject.actions,
            "actor": subject.actor and self._person(subject.actor),
            "remarks": list(subject.remarks),
            "changes": [_parts(change) for change in subject.changes],
            "comparison": subject.comparison,
            "preview": subject.preview
            and subject.preview.replace(f"/@@{PREVIEW}?", f"/@{PREVIEW}?"),
            "revert": subject.revert,
            "story": None if story == self._own_story else story,
        }

    def _person(self, actor: Actor) -> dict[str, Any]:
        return {
            "id": actor.id,
            "name": actor.name,
            "initials": actor.initials,
            "portrait": actor.portrait and self._portrait(actor),
            "@id": self._activity_of(actor),
        }

    def _portrait(self, actor):
        # As in plone.restapi: frontends do not reach the image itself.
        return f"{self._site_url}/@portrait/{actor.portrait.rpartition('/')[2]}"

    def _activity_of(self, actor):
        if not (actor.id and actor.is_known and self._may_look_up(actor.id)):
            return None
        url = f"{self._site_url}/@@activity-of"
        if _PLAIN_ID.fullmatch(actor.id):
            return f"{url}/{quote(actor.id, safe='@+')}"
        return f"{url}?{urlencode({'actor': actor.id})}"


def _parts(parts: Iterable[Part]) -> list[dict[str, str | None]]:
    return [{"text": part.text, "slot": part.name} for part in parts]


def _own_url(subject):
    """Return the URL of content, or of a comment on it, without the name of a view."""
    if subject.url is None:
        return None
    url, mark, comment = subject.url.partition("#")
    if subject.story is not None:
        url = subject.story.removesuffix(_STORY)
    return f"{url}{mark}{comment}"
