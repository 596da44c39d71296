"""Whether Plone can send the digests that the site offers."""

from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.i18n import _
from functools import partial
from plone.registry.interfaces import IRegistry
from zope.component import getUtility


_finding = partial(Finding, "mail", _("Mail"))


def examine_mail(patient: Patient) -> Finding:
    """Look at Plone's mail settings, where digests are offered."""
    if not patient.settings.digests:
        return _finding(Verdict.GOOD, _("No mail is sent: digests are not offered."))
    registry = getUtility(IRegistry)
    needed = "plone.smtp_host", "plone.email_from_address"
    if all(registry.get(name) for name in needed):
        return _finding(Verdict.GOOD, _("Plone can send the digests."))
    return _finding(
        Verdict.WARNING,
        _("Digests are offered, but Plone doesn't know a mail server, or a sender."),
        _("Fill in the mail control panel, or don't offer digests."),
    )
