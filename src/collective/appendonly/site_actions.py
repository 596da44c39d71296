"""The actions that are not about content: about users and groups, logins, and the site itself.

An entry names one of them.
"""

from collective.appendonly.action_types import RecordedAction
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.i18n import _


SITE_ACTIONS = (
    RecordedAction(
        "user_created",
        _("action_user_created", default="User added"),
        _("sentence_user_created", default="${actor} added the user ${item}"),
        _("words_user_created", default="added"),
        "person-plus",
        supersedes=frozenset(["roles_changed"]),
        activity_type="Create",
        about=USER,
    ),
    RecordedAction(
        "user_removed",
        _("action_user_removed", default="User removed"),
        _("sentence_user_removed", default="${actor} removed the user ${item}"),
        _("words_user_removed", default="removed"),
        "person-dash",
        supersedes_all=True,
        activity_type="Delete",
        about=USER,
    ),
    RecordedAction(
        "group_created",
        _("action_group_created", default="Group added"),
        _("sentence_group_created", default="${actor} added the group ${item}"),
        _("words_group_created", default="added"),
        "people",
        supersedes=frozenset(["roles_changed"]),
        activity_type="Create",
        about=GROUP,
    ),
    RecordedAction(
        "group_removed",
        _("action_group_removed", default="Group removed"),
        _("sentence_group_removed", default="${actor} removed the group ${item}"),
        _("words_group_removed", default="removed"),
        "people",
        supersedes_all=True,
        activity_type="Delete",
        about=GROUP,
    ),
    RecordedAction(
        "group_joined",
        _("action_group_joined", default="Group member added"),
        _("sentence_group_joined", default="${actor} added ${item} to a group"),
        _("words_group_joined", default="added to a group"),
        "person-check",
        activity_type="Add",
        about=USER,
    ),
    RecordedAction(
        "group_left",
        _("action_group_left", default="Group member removed"),
        _("sentence_group_left", default="${actor} removed ${item} from a group"),
        _("words_group_left", default="removed from a group"),
        "person-x",
        activity_type="Remove",
        about=USER,
    ),
    RecordedAction(
        "roles_changed",
        _("action_roles_changed", default="Roles changed"),
        _("sentence_roles_changed", default="${actor} changed the roles of ${item}"),
        _("words_roles_changed", default="roles changed"),
        "person-gear",
        activity_type="Update",
        about=USER,
    ),
    RecordedAction(
        "logged_in",
        _("action_logged_in", default="Logged in"),
        _("sentence_logged_in", default="${actor} logged in"),
        _("words_logged_in", default="logged in"),
        "box-arrow-in-right",
        about=USER,
    ),
    RecordedAction(
        "logged_out",
        _("action_logged_out", default="Logged out"),
        _("sentence_logged_out", default="${actor} logged out"),
        _("words_logged_out", default="logged out"),
        "box-arrow-right",
        about=USER,
    ),
    RecordedAction(
        "login_failed",
        _("action_login_failed", default="Login failed"),
        _("sentence_login_failed", default="${actor} failed to log in as ${item}"),
        _("words_login_failed", default="login failed"),
        "shield-exclamation",
        about=USER,
    ),
    RecordedAction(
        "settings_changed",
        _("action_settings_changed", default="Setting changed"),
        _(
            "sentence_settings_changed",
            default="${actor} changed the setting “${item}”",
        ),
        _("words_settings_changed", default="changed"),
        "gear",
        activity_type="Update",
        about=SETTING,
    ),
    RecordedAction(
        "addon_installed",
        _("action_addon_installed", default="Add-on installed"),
        _("sentence_addon_installed", default="${actor} installed the add-on ${item}"),
        _("words_addon_installed", default="installed"),
        "plug",
        activity_type="Add",
        about=ADDON,
    ),
    RecordedAction(
        "addon_uninstalled",
        _("action_addon_uninstalled", default="Add-on uninstalled"),
        _(
            "sentence_addon_uninstalled",
            default="${actor} uninstalled the add-on ${item}",
        ),
        _("words_addon_uninstalled", default="uninstalled"),
        "plug",
        activity_type="Remove",
        about=ADDON,
    ),
    RecordedAction(
        "addon_upgraded",
        _("action_addon_upgraded", default="Add-on upgraded"),
        _("sentence_addon_upgraded", default="${actor} upgraded the add-on ${item}"),
        _("words_addon_upgraded", default="upgraded"),
        "plug",
        activity_type="Update",
        about=ADDON,
    ),
    RecordedAction(
        "type_changed",
        _("action_type_changed", default="Content type changed"),
        _(
            "sentence_type_changed",
            default="${actor} changed the content type ${item}",
        ),
        _("words_type_changed", default="changed"),
        "file-earmark-code",
        activity_type="Update",
        about=TYPE,
    ),
    RecordedAction(
        "workflow_changed",
        _("action_workflow_changed", default="Workflow of a content type changed"),
        _(
            "sentence_workflow_changed",
            default="${actor} changed the workflow of the content type ${item}",
        ),
        _("words_workflow_changed", default="changed"),
        "diagram-3",
        activity_type="Update",
        about=WORKFLOW,
    ),
)
