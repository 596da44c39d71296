"""The control panel of Classic UI: settings, status of the log, and maintenance."""

from collections.abc import Iterable
from collective.appendonly.controlpanel.backfill import refusal
from collective.appendonly.controlpanel.form import ActivityForm
from collective.appendonly.controlpanel.state import LogStatus
from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import may_read
from collective.appendonly.guard import local_time
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations.doctor import examine
from collective.appendonly.operations.doctor import run_conflict_test
from collective.appendonly.operations.doctor import Status
from collective.appendonly.operations.maintenance import AlreadyRunning
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance.due import due
from collective.appendonly.operations.maintenance.due import due_messages
from collective.appendonly.operations.maintenance.report import message_already_running
from collective.appendonly.operations.maintenance.report import messages
from collective.appendonly.presentation.times import Times
from collective.appendonly.settings import has_all_settings
from collective.appendonly.settings import UPGRADE_FIRST
from datetime import datetime
from functools import cached_property
from plone import api
from plone.app.registry.browser.controlpanel import ControlPanelFormWrapper
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getUtility
from zope.i18n import translate
from zope.i18nmessageid import Message


class ActivityControlPanel(ControlPanelFormWrapper):
    """The settings form, the status of the log, and buttons for a check and maintenance.

    Beside the button, the maintenance job is explained by its work that is due.
    """

    form = ActivityForm
    index = ViewPageTemplateFile("panel.pt")
    shown_state = ViewPageTemplateFile("state.pt")

    def update(self) -> None:
        is_post = self.request.method == "POST"
        if is_post and "maintain" in self.request.form:
            # The view checks the token and returns a message.
            maintenance = self.context.restrictedTraverse("@@activity-maintenance")
            message = maintenance()
            level = "info" if self.request.response.getStatus() == 200 else "warning"
            api.portal.show_message(message, self.request, level)
            self.request.response.redirect(self.request.getURL())
        elif is_post and "check" in self.request.form:
            CheckAuthenticator(self.request)
            finding, *_others = examine(self.context, run_conflict_test(self.context))
            level = "info" if finding.status is Status.GOOD else "warning"
            api.portal.show_message(finding.message, self.request, level)
            self.request.response.redirect(self.request.getURL())
        elif not has_all_settings():
            api.portal.show_message(UPGRADE_FIRST, self.request, "warning")
            self.request.response.redirect(self.control_panel_url)
        else:
            super().update()

    @cached_property
    def state(self) -> LogStatus:
        """The findings of the doctor, without the conflict test."""
        return LogStatus(self.context)

    @cached_property
    def count(self) -> int:
        """The number of change sets in the log."""
        return len(self._log)

    @property
    def oldest(self) -> datetime | None:
        """The time of the oldest readable change set."""
        return None if self._oldest is None else local_time(self._oldest.time)

    @property
    def can_be_backfilled(self) -> bool:
        """Whether the changes from the catalog can be added to the log."""
        return refusal(self.context) is None

    @property
    def due(self) -> list[Message]:
        """The work that is due for the maintenance job."""
        return due_messages(due(self.context))

    @property
    def activity_url(self) -> str | None:
        """The URL of the activity of the site, None if the user cannot view it."""
        if may_read(self.context):
            return f"{self.context.absolute_url()}/@@activity"
        return None

    def localized(self, time: datetime) -> str:
        """Return the day of *time* in the time zone of the reader."""
        return Times(self.context, self.request).day(time)

    def icon(self, name: str) -> str:
        """Return an icon of Plone as markup. It is empty for one that cannot be read."""
        resolver = self.context.restrictedTraverse("@@iconresolver")
        return text_of(
            shown(lambda: resolver.tag(name), "", "No icon for %r could be read.", name)
        )

    @cached_property
    def _oldest(self) -> ChangeSet | None:
        return next((found for _, found in self._log.newer(BEGINNING)), None)

    @cached_property
    def _log(self):
        return getUtility(IActivityLog)


class MaintenanceView(BrowserView):
    """``@@activity-maintenance``: runs the maintenance job on POST and returns messages."""

    def __call__(self) -> str:
        response = self.request.response
        response.setHeader("Content-Type", "text/plain; charset=utf-8")
        if self.request.method != "POST":
            response.setStatus(405)
            response.setHeader("Allow", "POST")
            return self._text([_("The maintenance job only accepts POST requests.")])
        CheckAuthenticator(self.request)
        try:
            report = maintain(self.context)
        except AlreadyRunning as error:
            response.setStatus(409)
            left = due_messages(due(self.context))
            return self._text([message_already_running(error), *left])
        if report.failed:
            response.setStatus(500)
        return self._text(messages(report))

    def _text(self, messages: Iterable[Message]) -> str:
        return " ".join(translate(each, context=self.request) for each in messages)
