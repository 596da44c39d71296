"""The form of the control panel."""

from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone.app.registry.browser.controlpanel import RegistryEditForm
from plone.app.z3cform.widgets.checkbox import CheckBoxFieldWidget
from plone.app.z3cform.widgets.radio import RadioFieldWidget
from plone.app.z3cform.widgets.text import TextLinesWidget
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from z3c.form.interfaces import IFieldWidget
from z3c.form.interfaces import NO_VALUE
from z3c.form.widget import FieldWidget
from zope.interface import implementer


class LinesWidget(TextLinesWidget):
    """Lines of text, without white space around them and empty lines at the end."""

    # Plone's own template does not escape the submitted lines.
    template = ViewPageTemplateFile("lines.pt")

    def extract(self, default=NO_VALUE):
        text = super().extract(default)
        if text is default:
            return text
        return "\n".join(line.strip() for line in text.strip().splitlines())


@implementer(IFieldWidget)
def LinesFieldWidget(field, request):
    return FieldWidget(field, LinesWidget(request))


_WIDGETS = {
    "actions_left_out": CheckBoxFieldWidget,
    "types_left_out": CheckBoxFieldWidget,
    "paths_left_out": LinesFieldWidget,
    "users_left_out": LinesFieldWidget,
    "audience": RadioFieldWidget,
    "viewlet_places": CheckBoxFieldWidget,
}


class ActivityForm(RegistryEditForm):
    """The form for the settings of the site."""

    id = "activity-controlpanel"
    schema = IActivitySettings
    schema_prefix = SETTINGS_PREFIX
    default_fieldset_label = _("Recording")
    # Users would not find an error in a hidden tab.
    enable_form_tabbing = False

    @property
    def enable_autofocus(self) -> bool:
        """Whether a field takes the focus: one with an error.

        Otherwise a small screen would scroll to the first field, past the messages above it.
        """
        return self.status == self.formErrorsMessage

    def updateFields(self):
        super().updateFields()
        for fields in (self.fields, *(group.fields for group in self.groups)):
            for name in _WIDGETS.keys() & fields.keys():
                fields[name].widgetFactory = _WIDGETS[name]
