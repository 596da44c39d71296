"""What installing and uninstalling do beyond the profiles' XML."""

from AccessControl.Permission import Permission
from collective.appendonly.log import STACK
from collective.appendonly.maintenance.erasure_requests import ERASURES
from collective.appendonly.window import fit_window
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from plone import api
from plone.base.interfaces import INonInstallable
from zope.annotation.interfaces import IAnnotations
from zope.interface import implementer


_PACKAGE = "collective.appendonly"

#: What zcml/configure.zcml declares, and every site with the add-on has.
STRUCTURES = (STACK, ERASURES)


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the site creation form and the add-ons list."""

    def getNonInstallableProfiles(self) -> list[str]:
        return [f"{_PACKAGE}:uninstall"]

    def getNonInstallableProducts(self) -> list[str]:
        return []


def install(setup_tool) -> None:
    """Give the site its structures; those that it has already stay as they are."""
    provision(api.portal.get(), *STRUCTURES)
    # A new stack over settings that were there before.
    fit_window()


def uninstall(setup_tool) -> None:
    """Take away the structures, with all that was recorded, and whatever else is left."""
    site = api.portal.get()
    deprovision(site, *STRUCTURES)
    _remove_annotations(site)
    _forget_permissions(site)
    # The add-ons control panel does so itself, the import tab of portal_setup doesn't.
    setup_tool.unsetLastVersionForProfile(f"{_PACKAGE}:default")


def _remove_annotations(site):
    """Remove what work that was interrupted has left."""
    annotations = IAnnotations(site)
    for key in [key for key in annotations if key.startswith(f"{_PACKAGE}.")]:
        del annotations[key]


def _forget_permissions(site):
    """Let the permissions have their default roles again."""
    for title in site.possible_permissions():
        if title.startswith(f"{_PACKAGE}: "):
            Permission(title, (), site).setRoles([])
