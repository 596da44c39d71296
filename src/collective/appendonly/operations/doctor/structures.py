"""Checks of the site: its structures, how they are searched, and the version of its profile."""

from collective.appendonly.i18n import _
from collective.appendonly.operations.doctor.finding import Deployment
from collective.appendonly.operations.doctor.finding import Finding
from collective.appendonly.operations.doctor.finding import Status
from collective.appendonly.operations.indexing import unindexed
from functools import partial
from plone.base.utils import get_installer
from zope.interface.interfaces import ComponentLookupError


_of_structures = partial(Finding, "structures", _("Stack and archive"))


def check_structures(deployment: Deployment) -> Finding:
    """Compare the beginning of the stack with the end of the archive."""
    try:
        stack, archive = deployment.log.stack, deployment.log.archive
    except ComponentLookupError:
        return _of_structures(
            Status.BAD,
            _("The stack or the archive of the log is missing. Nothing is recorded."),
            _(
                "Import the profile “Recent activity” again in portal_setup. This"
                " restores what is missing and keeps everything else."
            ),
        )
    generations = {"first": stack.first_generation, "last": archive.generation}
    numbers = {name: str(number) for name, number in generations.items()}
    if generations["first"] == generations["last"] + 1:
        return _of_structures(
            Status.GOOD,
            _("Both exist, and the stack begins where the archive ends."),
        )
    return _of_structures(
        Status.BAD,
        _(
            "The stack begins at generation ${first}, but the archive ends at ${last}.",
            mapping=numbers,
        ),
        _("Run “activitylog verify” to list what is missing or duplicated."),
    )


_of_search = partial(Finding, "search", _("Search"))


def check_search(deployment: Deployment) -> Finding:
    """Look for archived layers that every search has to read."""
    if not unindexed(deployment.log, 1):
        return _of_search(
            Status.GOOD,
            _("All archived changes can be found without reading the others."),
        )
    return _of_search(
        Status.WARNING,
        _(
            "Some archived changes were recorded by an earlier version, or cannot be read. Each"
            " search reads them."
        ),
        _(
            "Run “activitylog index” once, or wait for the nightly maintenance. If this message"
            " remains, run “activitylog verify”."
        ),
    )


_of_profile = partial(Finding, "profile", _("Version"))


def check_profile(deployment: Deployment) -> Finding:
    """Compare the profile version of the site with that of the package."""
    installer = get_installer(deployment.site, deployment.site.REQUEST)
    found = installer.upgrade_info("collective.appendonly")
    if not found.get("required"):
        return _of_profile(
            Status.GOOD, _("The site is up to date with the installed package.")
        )
    if found["available"]:
        recommendation = _("Upgrade “Recent activity” in the Add-ons control panel.")
    else:
        # The package was replaced by an earlier version.
        recommendation = _(
            "Install the version of collective.appendonly that the site was upgraded with, or a"
            " later one."
        )
    return _of_profile(
        Status.WARNING,
        _(
            "The site has version ${old} of the profile, the package has version"
            " ${new}.",
            mapping={
                "old": found["installedVersion"] or "–",
                "new": found["newVersion"],
            },
        ),
        recommendation,
    )
