"""The control panel of Classic UI: the form, and what there is to know before one fills it in."""

from collective.appendonly.controlpanel.form import ActivityForm
from collective.appendonly.controlpanel.state import State
from collective.appendonly.controlpanel.upgraded import has_all_settings
from collective.appendonly.controlpanel.upgraded import UPGRADE_FIRST
from collective.appendonly.doctor import check_conflicts
from collective.appendonly.doctor import examine
from collective.appendonly.doctor import Verdict
from collective.appendonly.feed import may_read
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.presentation.times import Times
from datetime import datetime
from functools import cached_property
from plone import api
from plone.app.registry.browser.controlpanel import ControlPanelFormWrapper
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getUtility


class ActivityControlPanel(ControlPanelFormWrapper):
    """Shows the form, the state of the log, and buttons for a check and the maintenance."""

    form = ActivityForm
    index = ViewPageTemplateFile("panel.pt")
    shown_state = ViewPageTemplateFile("state.pt")

    def update(self) -> None:
        if "maintain" in self.request.form and self.request.method == "POST":
            # It asks for the token, and answers with a sentence.
            maintenance = self.context.restrictedTraverse("@@activity-maintenance")
            api.portal.show_message(maintenance(), self.request)
            self.request.response.redirect(self.request.getURL())
        elif "check" in self.request.form and self.request.method == "POST":
            CheckAuthenticator(self.request)
            finding, *_others = examine(self.context, check_conflicts(self.context))
            level = "info" if finding.verdict is Verdict.GOOD else "warning"
            api.portal.show_message(finding.sentence, self.request, level)
            self.request.response.redirect(self.request.getURL())
        elif not has_all_settings():
            api.portal.show_message(UPGRADE_FIRST, self.request, "warning")
            self.request.response.redirect(self.control_panel_url)
        else:
            super().update()

    @cached_property
    def state(self) -> State:
        """What the doctor finds by reading."""
        return State(self.context)

    @cached_property
    def count(self) -> int:
        """The number of changes on the log."""
        return len(self._log)

    @property
    def oldest(self) -> datetime | None:
        """The time of the oldest of them that can be read."""
        for _position, change_set in self._log.newer(BEGINNING):
            return change_set.time
        return None

    @property
    def activity_url(self) -> str | None:
        """The address of the activity of the site, for those who may read it."""
        if may_read(self.context):
            return f"{self.context.absolute_url()}/@@activity"
        return None

    def localized(self, time: datetime) -> str:
        """Return the day of *time* in the time zone of the reader."""
        return Times(self.context, self.request).day(time)

    @cached_property
    def _log(self):
        return getUtility(IActivityLog)
