"""Whether the site is up to date with the package that is installed."""

from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.i18n import _
from functools import partial
from plone.base.utils import get_installer


_finding = partial(Finding, "profile", _("Version"))


def examine_profile(patient: Patient) -> Finding:
    """Compare the version of the profile that the site has with that of the package."""
    installer = get_installer(patient.site, patient.site.REQUEST)
    found = installer.upgrade_info("collective.appendonly")
    if not found.get("required"):
        return _finding(
            Verdict.GOOD, _("The site is up to date with the package installed.")
        )
    return _finding(
        Verdict.WARNING,
        _(
            "The site has version ${old} of the profile, the package ${new}.",
            mapping={
                "old": found["installedVersion"] or "–",
                "new": found["newVersion"],
            },
        ),
        _("Upgrade Recent activity in the add-ons control panel."),
    )
