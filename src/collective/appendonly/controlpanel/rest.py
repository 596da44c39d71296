"""The control panel of the REST API: ``/@controlpanels/activity``, and the note of a new site."""

from AccessControl import getSecurityManager
from collective.appendonly.controlpanel.welcome import dismiss
from collective.appendonly.controlpanel.welcome import is_new
from collective.appendonly.controlpanel.welcome import LEAD
from collective.appendonly.controlpanel.welcome import steps
from collective.appendonly.controlpanel.welcome import TITLE
from collective.appendonly.endpoint import Endpoint
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.permissions import MANAGE_ACTIVITY
from collective.appendonly.permissions import unauthorized
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.settings import has_all_settings
from collective.appendonly.settings import UPGRADE_FIRST
from plone.protect.interfaces import IDisableCSRFProtection
from plone.restapi.controlpanels import RegistryConfigletPanel
from plone.restapi.deserializer import json_body
from plone.restapi.deserializer.controlpanels import ControlpanelDeserializeFromJson
from typing import Any
from zExceptions import BadRequest
from zope.component import adapter
from zope.i18n import translate
from zope.interface import alsoProvides
from zope.interface import Interface
from zope.schema.interfaces import IBool


@adapter(Interface, IActivityLayer)
class ActivityConfigletPanel(RegistryConfigletPanel):
    """The settings, on sites where the add-on is installed."""

    configlet_id = "activity"
    configlet_category_id = "Products"

    @property
    def schema_prefix(self):
        # Read when settings are read or changed, but not for the list of all panels.
        if not has_all_settings():
            raise BadRequest(translate(UPGRADE_FIRST, context=self.request))
        return SETTINGS_PREFIX

    @property
    def schema(self):
        # The service only checks the permission of the overview. Every access to the settings
        # begins with the schema.
        if not getSecurityManager().checkPermission(MANAGE_ACTIVITY, self.context):
            raise unauthorized(_("You are not allowed to manage the activity log."))
        return IActivitySettings


@adapter(ActivityConfigletPanel)
class SettingsFromJson(ControlpanelDeserializeFromJson):
    """Rejects values that are not booleans: plone.restapi would accept any value."""

    def __call__(self, mask_validation_errors=True):
        sent = json_body(self.request)
        errors = [
            {
                "field": name,
                "message": translate(
                    _("Send true or false, without quotes."), context=self.request
                ),
                "error": "ValidationError",
            }
            for name, field in self.schema.namesAndDescriptions()
            if IBool.providedBy(field) and not isinstance(sent.get(name), bool | None)
        ]
        if errors:
            raise BadRequest(errors)
        super().__call__(mask_validation_errors)


class WelcomeGet(Endpoint):
    """``GET /@activity-welcome``: what to do next in a new site."""

    def reply(self) -> dict[str, Any]:
        self.request.response.setHeader("Cache-Control", "private, no-store")
        site_url = self.context.absolute_url()
        note = self._note(site_url) if is_new(self.context) else None
        return {"@id": f"{site_url}/@activity-welcome", "note": note}

    def _note(self, site_url):
        text = Translator(self.request)
        return {
            "title": text(TITLE),
            "text": text(LEAD),
            "steps": [
                {
                    "@id": step.page and f"{site_url}/{step.page}",
                    "text": text(step.text),
                    "command": step.command,
                }
                for step in steps(self.context)
            ],
            "dismiss": text(_("Dismiss")),
        }


class WelcomeDelete(Endpoint):
    """``DELETE /@activity-welcome``: no longer show it."""

    def reply(self) -> Any:
        alsoProvides(self.request, IDisableCSRFProtection)
        dismiss(self.context)
        return self.reply_no_content()
