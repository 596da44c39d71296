"""The actions of the log: those that the add-on records, and those that add-ons declare."""

from collections.abc import Mapping
from collective.appendonly.action_types import Action
from collective.appendonly.action_types import RecordedAction
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityAction
from collective.appendonly.site_actions import SITE_ACTIONS
from zope.component import getUtilitiesFor
from zope.component import queryUtility
from zope.component.zcml import utility
from zope.configuration.exceptions import ConfigurationError
from zope.configuration.fields import MessageID
from zope.interface import Interface
from zope.schema import TextLine


# A new object has the path, title, order and version that it has at the end.
_IMPLIED_BY_NEW = frozenset(["moved", "renamed", "edited", "reverted", "reordered"])

_DECLARED = (
    RecordedAction(
        "removed",
        _("action_removed", default="Removed"),
        _("sentence_removed", default="${actor} removed ${item}"),
        _("words_removed", default="removed"),
        "trash",
        supersedes_all=True,
        activity_type="Delete",
    ),
    RecordedAction(
        "created",
        _("action_created", default="Created"),
        _("sentence_created", default="${actor} created ${item}"),
        _("words_created", default="created"),
        "plus-circle",
        supersedes=_IMPLIED_BY_NEW,
        activity_type="Create",
    ),
    RecordedAction(
        "copied",
        _("action_copied", default="Copied"),
        _("sentence_copied", default="${actor} created ${item} as a copy"),
        _("words_copied", default="copied"),
        "files",
        supersedes=_IMPLIED_BY_NEW | {"created"},
        activity_type="Create",
        source=_("Copied from ${path}"),
    ),
    RecordedAction(
        "translated",
        _("action_translated", default="Translated"),
        _("sentence_translated", default="${actor} created ${item} as a translation"),
        _("words_translated", default="translated"),
        "translate",
        supersedes=_IMPLIED_BY_NEW | {"created", "copied", "translations_linked"},
        activity_type="Create",
        source=_("Translation of ${path}"),
    ),
    RecordedAction(
        "moved",
        _("action_moved", default="Moved"),
        _("sentence_moved", default="${actor} moved ${item}"),
        _("words_moved", default="moved"),
        "folder-symlink",
        activity_type="Move",
        source=_("Moved from ${path}"),
    ),
    RecordedAction(
        "renamed",
        _("action_renamed", default="Renamed"),
        _("sentence_renamed", default="${actor} renamed ${item}"),
        _("words_renamed", default="renamed"),
        "input-cursor-text",
        activity_type="Move",
        source=_("Renamed from “${name}”"),
    ),
    RecordedAction(
        "checked_in",
        _("action_checked_in", default="Working copy checked in"),
        _("sentence_checked_in", default="${actor} checked in ${item}"),
        _("words_checked_in", default="working copy checked in"),
        "box-arrow-in-down",
        clause=_("clause_checked_in", default="checked in the working copy"),
        supersedes=frozenset(["checked_out", "reverted", "edited"]),
        activity_type="Update",
    ),
    RecordedAction(
        "checked_out",
        _("action_checked_out", default="Working copy checked out"),
        _("sentence_checked_out", default="${actor} checked out ${item}"),
        _("words_checked_out", default="working copy created"),
        "box-arrow-up",
        clause=_("clause_checked_out", default="created a working copy"),
        supersedes=frozenset(["edited"]),
    ),
    RecordedAction(
        "checkout_cancelled",
        _("action_checkout_cancelled", default="Check-out cancelled"),
        _(
            "sentence_checkout_cancelled",
            default="${actor} cancelled the check-out of ${item}",
        ),
        _("words_checkout_cancelled", default="check-out cancelled"),
        "x-circle",
        clause=_("clause_checkout_cancelled", default="cancelled the check-out"),
    ),
    RecordedAction(
        "reverted",
        _("action_reverted", default="Reverted to an earlier version"),
        _(
            "sentence_reverted",
            default="${actor} reverted ${item} to an earlier version",
        ),
        _("words_reverted", default="reverted"),
        "arrow-counterclockwise",
        supersedes=frozenset(["edited"]),
        activity_type="Update",
    ),
    RecordedAction(
        "edited",
        _("action_edited", default="Edited"),
        _("sentence_edited", default="${actor} edited ${item}"),
        _("words_edited", default="edited"),
        "pencil",
        activity_type="Update",
    ),
    RecordedAction(
        "transitioned",
        _("action_transitioned", default="State changed (published, retracted, …)"),
        _(
            "sentence_state_changed",
            default="${actor} changed the state of ${item} to “${state}”",
        ),
        _("words_state_changed", default="state changed to “${state}”"),
        "toggles",
        clause=_("clause_state_changed", default="changed the state to “${state}”"),
        activity_type="Update",
    ),
    RecordedAction(
        "shared",
        _("action_shared", default="Sharing changed"),
        _("sentence_shared", default="${actor} changed the sharing of ${item}"),
        _("words_shared", default="sharing changed"),
        "share",
        clause=_("clause_shared", default="changed the sharing"),
        activity_type="Update",
    ),
    RecordedAction(
        "reordered",
        _("action_reordered", default="Order of a folder changed"),
        _("sentence_reordered", default="${actor} reordered the contents of ${item}"),
        _("words_reordered", default="reordered"),
        "arrow-down-up",
        activity_type="Update",
    ),
    RecordedAction(
        "translations_linked",
        _("action_translations_linked", default="Translations linked"),
        _(
            "sentence_translations_linked",
            default="${actor} linked ${item} with a translation",
        ),
        _("words_translations_linked", default="linked with a translation"),
        "link-45deg",
        clause=_("clause_translations_linked", default="linked a translation"),
        activity_type="Update",
        source=_("Linked with ${path}"),
    ),
    RecordedAction(
        "translations_unlinked",
        _("action_translations_unlinked", default="Translations unlinked"),
        _(
            "sentence_translations_unlinked",
            default="${actor} unlinked ${item} from a translation",
        ),
        _("words_translations_unlinked", default="unlinked from a translation"),
        "link-45deg",
        clause=_("clause_translations_unlinked", default="unlinked a translation"),
        activity_type="Update",
        source=_("Unlinked from ${path}"),
    ),
    RecordedAction(
        "commented",
        _("action_commented", default="Comment added"),
        _("sentence_commented", default="${actor} commented on ${item}"),
        _("words_commented", default="commented on"),
        "chat-left",
        supersedes=frozenset(["comment_edited", "comment_published"]),
        activity_type="Create",
    ),
    RecordedAction(
        "replied",
        _("action_replied", default="Reply added"),
        _("sentence_replied", default="${actor} replied to a comment on ${item}"),
        _("words_replied", default="reply added"),
        "reply",
        supersedes=frozenset(["comment_edited", "comment_published"]),
        activity_type="Create",
    ),
    RecordedAction(
        "comment_edited",
        _("action_comment_edited", default="Comment edited"),
        _("sentence_comment_edited", default="${actor} edited a comment on ${item}"),
        _("words_comment_edited", default="comment edited"),
        "chat-left-text",
        activity_type="Update",
    ),
    RecordedAction(
        "comment_published",
        _("action_comment_published", default="Comment published"),
        _(
            "sentence_comment_published",
            default="${actor} published a comment on ${item}",
        ),
        _("words_comment_published", default="comment published"),
        "chat-left-dots",
        activity_type="Accept",
    ),
    RecordedAction(
        "comment_hidden",
        _("action_comment_hidden", default="Comment rejected or hidden"),
        _("sentence_comment_hidden", default="${actor} hid a comment on ${item}"),
        _("words_comment_hidden", default="comment hidden"),
        "chat-left",
        activity_type="Reject",
    ),
    RecordedAction(
        "comment_removed",
        _("action_comment_removed", default="Comment removed"),
        _("sentence_comment_removed", default="${actor} removed a comment on ${item}"),
        _("words_comment_removed", default="comment removed"),
        "chat-left",
        supersedes_all=True,
        activity_type="Delete",
    ),
)

#: The actions that the add-on records, by their ids, in the order in which an entry names several
#: of them. The ids are stored.
RECORDED_ACTIONS: Mapping[str, RecordedAction] = {
    action.name: action for action in (*_DECLARED, *SITE_ACTIONS)
}


def find_action(name: str) -> IActivityAction | None:
    """Return the action *name*, None for one of an add-on that is gone."""
    return RECORDED_ACTIONS.get(name) or queryUtility(IActivityAction, name)


def known_actions() -> list[IActivityAction]:
    """Return all actions: the recorded ones in the order of an entry, then those of add-ons."""
    others = sorted(getUtilitiesFor(IActivityAction), key=lambda found: found[0])
    return [
        *RECORDED_ACTIONS.values(),
        *(action for name, action in others if name not in RECORDED_ACTIONS),
    ]


class IActionDirective(Interface):
    """Declare the texts for an action that ``record(obj, name)`` records."""

    name = TextLine(title="Name", description="The action as it is recorded.")

    title = MessageID(
        title="Title", description="The title in settings and filters: Downloaded."
    )

    sentence = MessageID(
        title="Sentence",
        description="The message in the log, with ${actor} and ${item}.",
    )

    words = MessageID(
        title="Words",
        description="The verb beside others, with the item as its object: downloaded.",
        required=False,
    )

    icon = TextLine(
        title="Icon",
        description="The name of an icon in Plone's icon resolver.",
        default="clock-history",
        required=False,
    )

    details = MessageID(
        title="Details",
        description=(
            "The text about the details, shown beside the sentence, with the names of details:"
            " ${litres} litres. It is left out if an entry lacks one of them."
        ),
        required=False,
    )


def action(
    _context, name, title, sentence, words=None, icon="clock-history", details=None
):
    if name in RECORDED_ACTIONS:
        raise ConfigurationError(
            f"The action {name!r} is collective.appendonly's own. Take another name."
        )
    for slot in ("${actor}", "${item}"):
        if slot not in (getattr(sentence, "default", None) or sentence):
            raise ConfigurationError(f"The sentence {sentence!r} has no {slot}.")
    utility(
        _context,
        provides=IActivityAction,
        component=Action(name, title, sentence, words or title, icon, details),
        name=name,
    )
