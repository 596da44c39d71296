"""What people do, as the log names it: the product's own actions, and those of integrators."""

from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityAction
from dataclasses import dataclass
from zope.component import getUtilitiesFor
from zope.component import queryUtility
from zope.i18nmessageid import Message
from zope.interface import implementer


@implementer(IActivityAction)
@dataclass(frozen=True)
class Action:
    """See IActivityAction."""

    name: str
    title: Message | str
    sentence: Message | str
    words: Message | str
    icon: str = "clock-history"


_OWN = (
    Action(
        "removed",
        _("action_removed", default="Removed"),
        _("sentence_removed", default="${actor} removed ${item}"),
        _("words_removed", default="removed"),
        "trash",
    ),
    Action(
        "created",
        _("action_created", default="Created"),
        _("sentence_created", default="${actor} created ${item}"),
        _("words_created", default="created"),
        "plus-circle",
    ),
    Action(
        "copied",
        _("action_copied", default="Copied"),
        _("sentence_copied", default="${actor} created ${item} as a copy"),
        _("words_copied", default="copied"),
        "files",
    ),
    Action(
        "translated",
        _("action_translated", default="Translated"),
        _("sentence_translated", default="${actor} created ${item} as a translation"),
        _("words_translated", default="translated"),
        "translate",
    ),
    Action(
        "moved",
        _("action_moved", default="Moved"),
        _("sentence_moved", default="${actor} moved ${item}"),
        _("words_moved", default="moved"),
        "folder-symlink",
    ),
    Action(
        "renamed",
        _("action_renamed", default="Renamed"),
        _("sentence_renamed", default="${actor} renamed ${item}"),
        _("words_renamed", default="renamed"),
        "input-cursor-text",
    ),
    Action(
        "checked_in",
        _("action_checked_in", default="Working copy checked in"),
        _("sentence_checked_in", default="${actor} checked in ${item}"),
        _("words_checked_in", default="checked in"),
        "box-arrow-in-down",
    ),
    Action(
        "checked_out",
        _("action_checked_out", default="Working copy checked out"),
        _("sentence_checked_out", default="${actor} checked out ${item}"),
        _("words_checked_out", default="checked out"),
        "box-arrow-up",
    ),
    Action(
        "checkout_cancelled",
        _("action_checkout_cancelled", default="Check-out cancelled"),
        _(
            "sentence_checkout_cancelled",
            default="${actor} cancelled the check-out of ${item}",
        ),
        _("words_checkout_cancelled", default="no longer checked out"),
        "x-circle",
    ),
    Action(
        "reverted",
        _("action_reverted", default="Reverted to an earlier version"),
        _(
            "sentence_reverted",
            default="${actor} reverted ${item} to an earlier version",
        ),
        _("words_reverted", default="reverted"),
        "arrow-counterclockwise",
    ),
    Action(
        "edited",
        _("action_edited", default="Edited"),
        _("sentence_edited", default="${actor} edited ${item}"),
        _("words_edited", default="edited"),
        "pencil",
    ),
    Action(
        "transitioned",
        _("action_transitioned", default="State changed: published, retracted …"),
        _(
            "sentence_state_changed",
            default="${actor} changed the state of ${item} to “${state}”",
        ),
        _("words_state_changed", default="set to “${state}”"),
        "toggles",
    ),
    Action(
        "shared",
        _("action_shared", default="Sharing changed"),
        _("sentence_shared", default="${actor} changed the sharing of ${item}"),
        _("words_shared", default="shared"),
        "share",
    ),
    Action(
        "reordered",
        _("action_reordered", default="Content of a folder reordered"),
        _("sentence_reordered", default="${actor} reordered ${item}"),
        _("words_reordered", default="reordered"),
        "arrow-down-up",
    ),
    Action(
        "translations_linked",
        _("action_translations_linked", default="Translations linked"),
        _(
            "sentence_translations_linked",
            default="${actor} linked ${item} with a translation",
        ),
        _("words_translations_linked", default="linked with a translation"),
        "link-45deg",
    ),
    Action(
        "translations_unlinked",
        _("action_translations_unlinked", default="Translations unlinked"),
        _(
            "sentence_translations_unlinked",
            default="${actor} unlinked ${item} from a translation",
        ),
        _("words_translations_unlinked", default="unlinked from a translation"),
        "link-45deg",
    ),
    Action(
        "commented",
        _("action_commented", default="Commented"),
        _("sentence_commented", default="${actor} commented on ${item}"),
        _("words_commented", default="commented on"),
        "chat-left",
    ),
    Action(
        "replied",
        _("action_replied", default="Comment answered"),
        _("sentence_replied", default="${actor} answered a comment on ${item}"),
        _("words_replied", default="comment answered"),
        "reply",
    ),
    Action(
        "comment_edited",
        _("action_comment_edited", default="Comment edited"),
        _("sentence_comment_edited", default="${actor} edited a comment on ${item}"),
        _("words_comment_edited", default="comment edited"),
        "chat-left-text",
    ),
    Action(
        "comment_published",
        _("action_comment_published", default="Comment published"),
        _(
            "sentence_comment_published",
            default="${actor} published a comment on ${item}",
        ),
        _("words_comment_published", default="comment published"),
        "chat-left-dots",
    ),
    Action(
        "comment_hidden",
        _("action_comment_hidden", default="Comment rejected or hidden"),
        _("sentence_comment_hidden", default="${actor} hid a comment on ${item}"),
        _("words_comment_hidden", default="comment hidden"),
        "chat-left",
    ),
    Action(
        "comment_removed",
        _("action_comment_removed", default="Comment removed"),
        _("sentence_comment_removed", default="${actor} removed a comment on ${item}"),
        _("words_comment_removed", default="comment removed"),
        "chat-left",
    ),
    Action(
        "user_created",
        _("action_user_created", default="User added"),
        _("sentence_user_created", default="${actor} added the user ${item}"),
        _("words_user_created", default="added"),
        "person-plus",
    ),
    Action(
        "user_removed",
        _("action_user_removed", default="User removed"),
        _("sentence_user_removed", default="${actor} removed the user ${item}"),
        _("words_user_removed", default="removed"),
        "person-dash",
    ),
    Action(
        "group_created",
        _("action_group_created", default="Group added"),
        _("sentence_group_created", default="${actor} added the group ${item}"),
        _("words_group_created", default="added"),
        "people",
    ),
    Action(
        "group_removed",
        _("action_group_removed", default="Group removed"),
        _("sentence_group_removed", default="${actor} removed the group ${item}"),
        _("words_group_removed", default="removed"),
        "people",
    ),
    Action(
        "group_joined",
        _("action_group_joined", default="Somebody added to a group"),
        _("sentence_group_joined", default="${actor} added ${item} to a group"),
        _("words_group_joined", default="added to a group"),
        "person-check",
    ),
    Action(
        "group_left",
        _("action_group_left", default="Somebody removed from a group"),
        _("sentence_group_left", default="${actor} removed ${item} from a group"),
        _("words_group_left", default="removed from a group"),
        "person-x",
    ),
)

_BY_NAME = {action.name: action for action in _OWN}


def find_action(name: str) -> IActivityAction | None:
    """Return the action called *name*; None for one of an add-on that is gone."""
    return _BY_NAME.get(name) or queryUtility(IActivityAction, name)


def known_actions() -> list[IActivityAction]:
    """Return all actions: the product's in the order of an entry, then those of add-ons."""
    others = sorted(getUtilitiesFor(IActivityAction), key=lambda found: found[0])
    return [*_OWN, *(action for name, action in others if name not in _BY_NAME)]
