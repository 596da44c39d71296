"""The control panel of the REST API: ``/@controlpanels/activity``."""

from AccessControl import getSecurityManager
from AccessControl import Unauthorized
from collective.appendonly.controlpanel.upgraded import has_all_settings
from collective.appendonly.controlpanel.upgraded import UPGRADE_FIRST
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone.restapi.controlpanels import RegistryConfigletPanel
from plone.restapi.deserializer import json_body
from plone.restapi.deserializer.controlpanels import ControlpanelDeserializeFromJson
from zExceptions import BadRequest
from zope.component import adapter
from zope.i18n import translate
from zope.interface import Interface
from zope.schema.interfaces import IBool


MANAGE_ACTIVITY = "collective.appendonly: Manage activity"


@adapter(Interface, IActivityLayer)
class ActivityConfigletPanel(RegistryConfigletPanel):
    """Reads and changes the settings; there only where the add-on is installed."""

    configlet_id = "activity"
    configlet_category_id = "Products"

    @property
    def schema_prefix(self):
        # Whoever reads or changes the settings asks for it; the list of all panels doesn't.
        if not has_all_settings():
            raise BadRequest(translate(UPGRADE_FIRST, context=self.request))
        return SETTINGS_PREFIX

    @property
    def schema(self):
        # The service asks for the permission of the overview only. Whatever it then does with
        # a panel begins here.
        if not getSecurityManager().checkPermission(MANAGE_ACTIVITY, self.context):
            raise Unauthorized("You may not manage the activity.")
        return IActivitySettings


@adapter(ActivityConfigletPanel)
class SettingsFromJson(ControlpanelDeserializeFromJson):
    """Refuses what plone.restapi would take for true or false, as it takes anything."""

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
