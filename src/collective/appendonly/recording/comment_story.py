"""What the notes of one comment come to: an entry about the page that it is on.

Of the comment itself the entry has the UID and those who may see it, never a word.
"""

from Acquisition import aq_base
from Acquisition import aq_parent
from collections import Counter
from collections.abc import Iterator
from collective.appendonly.comments import REFUSED
from collective.appendonly.comments import REVIEW_COMMENTS
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Principals
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.precedence import foremost
from collective.appendonly.recording.precedence import in_order
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import holders
from collective.appendonly.recording.story import Story
from plone import api
from plone.uuid.interfaces import IUUID


_COMES = frozenset(["commented", "replied"])
_GOES = frozenset(["removed", "gone"])

# States of the workflow for reviewed comments.
_PUBLISHED = "published"
_PENDING = "pending"


class CommentStory(Story):
    """The story of a comment."""

    def __init__(self):
        super().__init__()
        #: The stories of the answers that were removed, by object.
        self.inside: dict[int, tuple[CommentStory, Principals]] = {}
        #: The story of the comment that this one answers, if this one was removed.
        self.removed_with: CommentStory | None = None

    @property
    def is_new(self) -> bool:
        return self._comings_and_goings()[:1] in ([action] for action in _COMES)

    @property
    def is_gone(self) -> bool:
        return self._comings_and_goings()[-1:] in ([action] for action in _GOES)

    def _comings_and_goings(self):
        return [note.action for note in self.notes if note.action in _COMES | _GOES]

    @property
    def actor(self) -> str | None:
        comment = self.notes[-1].obj
        if self.is_new and (comment.creator or comment.author_name):
            # The author. Visitors have a name and no id.
            return comment.creator
        return super().actor

    @property
    def portal_type(self) -> str:
        return self._page.portal_type

    @property
    def _page(self):
        return aq_parent(aq_parent(self.notes[-1].obj))

    def entry(self, left_out=frozenset()) -> Entry | None:
        actions = set(foremost(self._done())) - left_out
        # Comments that are removed together with their page are not told of.
        page = _find(self._page) if actions else None
        seen_by = page is not None and self._seen_by(page)
        if not seen_by:
            return None
        return Entry(
            actions=in_order(actions),
            actor=self.actor,
            **facts(page)._replace(principals=seen_by)._asdict(),
            descendants=tuple(
                (count, who) for who, count in Counter(self._answers()).items()
            ),
            discussion_item=IUUID(self.notes[-1].obj, None),
        )

    def _done(self) -> set[str]:
        if self.is_gone:
            told_by_another = (
                self.removed_with is not None and self.removed_with.is_gone
            )
            return set() if self.is_new or told_by_another else {"comment_removed"}
        done = {note.action for note in self.notes} & _COMES
        if self.of("comment_edited") and _is_rewritten(self.notes[-1].obj):
            done.add("comment_edited")
        if self.of("transitioned"):
            done |= self._moderated()
        return done

    def _moderated(self) -> set[str]:
        steps = self.of("transitioned")
        old, new = steps[0]["old_state"], steps[-1]["new_state"]
        if new == _PUBLISHED != old:
            return {"comment_published"}
        if old == _PUBLISHED != new or (old == _PENDING and new in REFUSED):
            return {"comment_hidden"}
        return set()

    def _seen_by(self, page) -> Principals:
        if self.is_gone:
            removals = self.of("removed") + self.of("gone")
            return removals[-1]["principals"]
        # Found anew, since the page may have been moved.
        comment = self.notes[-1].obj
        comment = aq_base(aq_parent(comment)).__of__(page).get(comment.getId())
        return () if comment is None else principals_of_comment(comment)

    def _answers(self) -> Iterator[Principals]:
        """Yield for each answer that was removed with this comment who could see it."""
        for story, seen_by in self.inside.values():
            if story.is_gone and not story.is_new:
                yield seen_by
            yield from story._answers()


def principals_of_comment(comment) -> Principals:
    """Return who may see *comment*, and so knows of it.

    The catalog is of no help here: with the workflow that comments have at first it lists
    them to everybody, also those on private pages.
    """
    is_refused = api.content.get_state(comment, None) in REFUSED
    return holders(REVIEW_COMMENTS if is_refused else "View", comment)


def _find(page):
    """Return *page* where it is now, None if it is nowhere."""
    uid = IUUID(page, None)
    catalog = api.portal.get_tool("portal_catalog")
    for brain in catalog.unrestrictedSearchResults(UID=uid) if uid else ():
        # The catalog keeps pages with comments that were deleted together with a folder.
        found = api.portal.get().unrestrictedTraverse(brain.getPath(), None)
        if aq_base(found) is aq_base(page):
            return found
    return None


def _is_rewritten(comment) -> bool:
    before = committed_state(comment)
    if before is None:
        return True
    # Browsers send all line ends as CR LF.
    return (before.get("text") or "").splitlines() != (comment.text or "").splitlines()
