"""The story of a comment: its entry is about the page that the comment is on.

Of the comment itself, the entry has the UID and the principals that can view it, never a word.
"""

from Acquisition import aq_base
from Acquisition import aq_parent
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Principals
from collective.appendonly.permissions import REFUSED
from collective.appendonly.permissions import REVIEW_COMMENTS
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import holders
from collective.appendonly.recording.story import in_order
from collective.appendonly.recording.story import of_last_workflow
from collective.appendonly.recording.story import Story
from collective.appendonly.recording.story import without_superseded
from collective.appendonly.transactions import answer
from plone import api
from plone.uuid.interfaces import IUUID


_ARRIVALS = frozenset(["commented", "replied"])
_DEPARTURES = frozenset(["removed", "gone"])

# States of the workflow for moderated comments.
_PUBLISHED = "published"
_PENDING = "pending"


class CommentStory(Story):
    """The story of a comment."""

    def __init__(self):
        super().__init__()
        #: By id, the stories of the answers that were removed, with the principals they had.
        self.inside: dict[int, tuple[CommentStory, Principals]] = {}
        #: The story of the comment that this one answers, if this one was removed.
        self.removed_with: CommentStory | None = None

    @property
    def is_new(self) -> bool:
        return not _ARRIVALS.isdisjoint(self._arrivals_and_departures()[:1])

    @property
    def is_gone(self) -> bool:
        return not _DEPARTURES.isdisjoint(self._arrivals_and_departures()[-1:])

    def _arrivals_and_departures(self):
        actions = [note.action for note in self.notes]
        return [name for name in actions if name in _ARRIVALS | _DEPARTURES]

    @property
    def actor(self) -> str | None:
        if self.is_new and (self.obj.creator or self.obj.author_name):
            # The author. Anonymous users have a name and no id.
            return self.obj.creator
        return super().actor

    @property
    def portal_type(self) -> str:
        return self._page.portal_type

    @property
    def _page(self):
        return aq_parent(aq_parent(self.obj))

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        actions = set(without_superseded(self._done())) - excluded
        # Comments that are removed together with their page have no entry.
        page = _find(self._page) if actions else None
        principals = () if page is None else self._principals(page)
        if not principals:
            return None
        return Entry(
            actions=in_order(actions),
            actor=self.actor,
            **facts(page, principals)._asdict(),
            descendants=tuple(
                (count, seen_by) for seen_by, count in Counter(self._answers()).items()
            ),
            discussion_item=IUUID(self.obj, None),
        )

    def _done(self) -> set[str]:
        if self.is_gone:
            # It may be counted in the entry of the comment that it answers.
            is_counted = self.removed_with is not None and self.removed_with.is_gone
            return set() if self.is_new or is_counted else {"comment_removed"}
        done = {note.action for note in self.notes} & _ARRIVALS
        if self.details("comment_edited") and _is_rewritten(self.obj):
            done.add("comment_edited")
        if self.details("transitioned"):
            done |= self._moderated()
        return done

    def _moderated(self) -> set[str]:
        steps = of_last_workflow(self.details("transitioned"))
        old, new = steps[0]["old_state"], steps[-1]["new_state"]
        if new == _PUBLISHED != old:
            return {"comment_published"}
        if old == _PUBLISHED != new or (old == _PENDING and new in REFUSED):
            return {"comment_hidden"}
        return set()

    def _principals(self, page) -> Principals:
        if self.is_gone:
            removals = self.details("removed") + self.details("gone")
            return removals[-1]["principals"]
        # Found again, since the page may have been moved.
        conversation = aq_base(aq_parent(self.obj)).__of__(page)
        comment = conversation.get(self.obj.getId())
        return () if comment is None else principals_of_comment(comment)

    def _answers(self) -> Iterator[Principals]:
        """Yield the principals of each answer that was removed with this comment."""
        for story, principals in self.inside.values():
            if story.is_gone and not story.is_new:
                yield principals
            yield from story._answers()


def principals_of_comment(comment) -> Principals:
    """Return the principals that can view *comment*, and so know of it.

    The catalog is of no help: with the default workflow of comments it lists them to all users,
    also those on private pages.
    """
    is_refused = api.content.get_state(comment, None) in REFUSED
    return holders(REVIEW_COMMENTS if is_refused else "View", comment)


def _find(page):
    """Return *page* in its current place, None if it has none."""
    uid = IUUID(page, None)
    catalog = api.portal.get_tool("portal_catalog")
    for brain in catalog.unrestrictedSearchResults(UID=uid) if uid else ():
        # The catalog keeps pages with comments that were deleted together with a folder.
        found = api.portal.get().unrestrictedTraverse(brain.getPath(), None)
        if aq_base(found) is aq_base(page):
            return found
    return None


def _is_rewritten(comment) -> bool:
    before = answer(committed_state, comment)
    if before is None:
        return True
    # Browsers send all line ends as CR LF.
    return (before.get("text") or "").splitlines() != (comment.text or "").splitlines()
