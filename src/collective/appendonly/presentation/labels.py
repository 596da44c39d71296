"""Titles of types, fields, states, settings and add-ons, in the language of the reader."""

from collections.abc import Callable
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.i18n import _
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.schemata import fields_of_type
from functools import cache
from plone import api
from plone.registry.interfaces import IRegistry
from zope.component import getUtility
from zope.i18nmessageid import Message
from zope.schema.interfaces import IField


# What entries are about that are not about content.
_KINDS = {
    USER: _("User"),
    GROUP: _("Group"),
    SETTING: _("Setting"),
    ADDON: _("Add-on"),
    TYPE: _("Content type"),
    WORKFLOW: _("Workflow"),
}
# What of an add-on, of a content type or of its workflow was changed.
_NAMES = {
    "version": _("Version"),
    "workflow": _("Workflow"),
    "title": _("Title"),
    "description": _("Description"),
    "behaviors": _("Behaviors"),
    "model_source": _("Fields"),
    "global_allow": _("Can be added everywhere"),
    "allowed_content_types": _("Allowed content types"),
    "filter_content_types": _("Restrict content types"),
    "view_methods": _("Available views"),
    "default_view": _("Default view"),
    "add_permission": _("Add permission"),
}
# The fields of a page in Volto: one for the editor, whatever is changed in it.
_BLOCKS = {"blocks": _("Content"), "blocks_layout": _("Content")}
# Properties of folders that are not fields of a schema.
_PROPERTIES = {"default_page": _("Default page"), "layout": _("Display")}


class Labels:
    """Looks up titles for one request, each of them once. What is unknown keeps its id."""

    def __init__(self, translate: Translator):
        self._translate = translate
        #: Return the title of a portal type.
        self.type_title = self._guarded(self._type_title)
        #: Return the title of a field of a portal type.
        self.field_title = self._guarded(self._field_title)
        #: Return the title of what an entry is about that is not about content: of a setting, an
        #: add-on, a content type. It gets the id, and the portal type of the entry.
        self.site_title = self._guarded(self._site_title)
        #: Return the titles of workflows, whose ids are separated by commas.
        self.workflow_titles = self._guarded(self._workflow_titles)
        #: Return the title of a state of a portal type, in the workflow with the transition to it.
        self.state_title = self._guarded(self._state_title)
        #: Return the title of a role.
        self.role_title = self._guarded(self._role_title)
        self._find_field = cache(_find_field)

    def _guarded(self, find: Callable[..., str]) -> Callable[..., str]:
        """Return *find*, which gets an id first, with the id in the place of what raises."""

        @cache
        def title(name, *others):
            message = "A title could not be looked up: %s(%r)."
            return shown(
                lambda: find(name, *others),
                printable(name),
                message,
                find.__name__,
                name,
            )

        return title

    def _type_title(self, portal_type: str) -> str:
        if portal_type in _KINDS:
            return self._text(_KINDS[portal_type], portal_type)
        fti = api.portal.get_tool("portal_types").getTypeInfo(portal_type)
        return self._text(fti and fti.Title(), portal_type)

    def field(self, name: str, portal_type: str) -> IField | None:
        """Return the field *name* of a portal type, None if there is none."""
        message = "A field could not be looked up: %r of %r."
        return shown(
            lambda: self._find_field(name, portal_type),
            None,
            message,
            name,
            portal_type,
        )

    def _site_title(self, name: str, kind: str) -> str:
        find = _TITLES.get(kind)
        return self._text(find and find(name), name, domain="plone")

    def _workflow_titles(self, chain: str) -> str:
        workflows = api.portal.get_tool("portal_workflow")
        found = [(name, workflows.getWorkflowById(name)) for name in chain.split(", ")]
        titles = [
            self._text(workflow and workflow.title, name, domain="plone")
            for name, workflow in found
            if name
        ]
        return ", ".join(titles) or self._text(_("No workflow"), chain)

    def _field_title(self, name: str, portal_type: str) -> str:
        if portal_type in _KINDS:
            return self._text(_NAMES.get(name), name)
        field = self._find_field(name, portal_type)
        title = _PROPERTIES.get(name) if field is None else field.title
        return self._text(_BLOCKS.get(name, title), name)

    def _role_title(self, role: str) -> str:
        return self._text(role, role, domain="plone")

    def _state_title(
        self, state: str, portal_type: str, transition: str | None = None
    ) -> str:
        workflows = api.portal.get_tool("portal_workflow")
        title = workflows.getTitleForStateOnType(state, portal_type)
        # Of several workflows, it is that of the first one which has the state.
        for name in workflows.getChainFor(portal_type) if transition else ():
            workflow = workflows.getWorkflowById(name)
            step = getattr(workflow, "transitions", {}).get(transition)
            if step is not None and step.new_state_id == state:
                title = workflow.states[state].title
                break
        return self._text(title, state, domain="plone")

    def _text(self, title, otherwise, domain=None):
        if not isinstance(title, str):
            title = text_of(title)
        title = title and self._translate(title, domain)
        return printable(title) or printable(otherwise)


def _find_field(name: str, portal_type: str) -> IField | None:
    return next(iter(fields_of_type(portal_type).by_name.get(name, ())), None)


def _title_of_setting(name):
    record = getUtility(IRegistry).records.get(name)
    return record and record.field.title


def _title_of_addon(name):
    setup = api.portal.get_tool("portal_setup")
    profile = f"profile-{name}:default"
    # An add-on may be gone, or have a profile of another name only.
    return (
        setup.getProfileInfo(profile)["title"] if setup.profileExists(profile) else ""
    )


def _title_of_type(name):
    fti = api.portal.get_tool("portal_types").getTypeInfo(name)
    return fti and fti.Title()


_TITLES: dict[str, Callable[[str], Message | str | None]] = {
    SETTING: _title_of_setting,
    ADDON: _title_of_addon,
    TYPE: _title_of_type,
    WORKFLOW: _title_of_type,
}
