"""The maintenance at the push of a button, or by a clock: ``@@activity-maintenance``."""

from collections.abc import Iterable
from collective.appendonly.i18n import _
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import SomebodyAtWork
from collective.appendonly.maintenance.report import sentence_at_work
from collective.appendonly.maintenance.report import sentences
from plone.protect import CheckAuthenticator
from Products.Five import BrowserView
from zope.i18n import translate
from zope.i18nmessageid import Message


class MaintenanceView(BrowserView):
    """Does the maintenance of the site's log, and answers in sentences. Takes POST only."""

    def __call__(self) -> str:
        response = self.request.response
        response.setHeader("Content-Type", "text/plain; charset=utf-8")
        if self.request.method != "POST":
            response.setStatus(405)
            response.setHeader("Allow", "POST")
            return self._said([_("Maintenance is done by a POST request only.")])
        CheckAuthenticator(self.request)
        try:
            report = maintain(self.context)
        except SomebodyAtWork as somebody:
            return self._said([sentence_at_work(somebody)])
        if report.failed:
            response.setStatus(500)
        return self._said(sentences(report))

    def _said(self, messages: Iterable[Message]) -> str:
        return " ".join(translate(each, context=self.request) for each in messages)
