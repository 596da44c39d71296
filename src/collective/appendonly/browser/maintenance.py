"""The maintenance at the push of a button, or by a clock: ``@@activity-maintenance``."""

from collective.appendonly.i18n import _
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import Report
from plone.protect import CheckAuthenticator
from Products.Five import BrowserView
from zope.i18n import translate
from zope.i18nmessageid import Message


class MaintenanceView(BrowserView):
    """Does the maintenance of the site's log, and answers with a sentence. Takes POST only."""

    def __call__(self) -> str:
        response = self.request.response
        response.setHeader("Content-Type", "text/plain; charset=utf-8")
        if self.request.method != "POST":
            response.setStatus(405)
            response.setHeader("Allow", "POST")
            said = _("Maintenance is done by a POST request only.")
        else:
            CheckAuthenticator(self.request)
            said = sentence(maintain(self.context))
        return translate(said, context=self.request)


def sentence(report: Report) -> Message:
    """Return what a maintenance did, as a sentence for people."""
    numbers = {name: str(number) for name, number in report._asdict().items()}
    if report.waiting:
        return _(
            "sentence_maintenance_waiting",
            default=(
                "Change sets discarded: ${discarded}; people who still have to be erased,"
                " as part of the log was written by a later version of the add-on:"
                " ${waiting}."
            ),
            mapping=numbers,
        )
    if not any(report):
        return _("There was nothing to discard and nobody to erase.")
    return _(
        "sentence_maintenance_done",
        default="Change sets discarded: ${discarded}; people erased: ${people}.",
        mapping=numbers,
    )
