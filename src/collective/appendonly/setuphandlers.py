"""Import steps of the profiles, besides their XML."""

from AccessControl.Permission import Permission
from collective.appendonly.controlpanel.welcome import welcome
from collective.appendonly.log import STACK
from collective.appendonly.operations.maintenance.erasure_requests import ERASURES
from collective.appendonly.portlets.activity import DESCRIPTION
from collective.appendonly.portlets.activity import PORTLET
from collective.appendonly.portlets.activity import TITLE
from collective.appendonly.portlets.removal import remove_placed_portlets
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.subscribers import fit_window
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from plone import api
from plone.base.interfaces import INonInstallable
from plone.portlets.interfaces import IPortletType
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility
from zope.component import queryUtility
from zope.interface import implementer


_PACKAGE = "collective.appendonly"

#: The structures of every site with the add-on, as declared in zcml/configure.zcml.
STRUCTURES = (STACK, ERASURES)


@implementer(INonInstallable)
class HiddenProfiles:
    """Hides the uninstall profile in the site creation form and the add-ons list."""

    def getNonInstallableProfiles(self) -> list[str]:
        return [f"{_PACKAGE}:uninstall"]

    def getNonInstallableProducts(self) -> list[str]:
        return []


def install(setup_tool) -> None:
    """Provision the structures of the site; existing ones stay as they are."""
    site = api.portal.get()
    if queryUtility(IAppendStack, name=STACK) is None:
        welcome(site)
    provision(site, *STRUCTURES)
    # The settings may be older than the stack.
    fit_window()


def name_portlet(setup_tool) -> None:
    """Set a title of the portlet type that is translated in the add-on's own domain.

    The XML of a profile can only set a title in Plone's own translation domain.
    """
    portlet = getUtility(IPortletType, name=PORTLET)
    portlet.title, portlet.description = TITLE, DESCRIPTION


def uninstall(setup_tool) -> None:
    """Remove the structures, with everything that was recorded, and all other data."""
    site = api.portal.get()
    deprovision(site, *STRUCTURES)
    remove_placed_portlets(site)
    _remove_annotations(site)
    _reset_permissions(site)
    # The add-ons control panel does this itself, the import tab of portal_setup does not.
    setup_tool.unsetLastVersionForProfile(f"{_PACKAGE}:default")


def _remove_annotations(site):
    """Remove the data of operations and services, also of interrupted ones."""
    annotations = IAnnotations(site)
    for key in [key for key in annotations if key.startswith(f"{_PACKAGE}.")]:
        del annotations[key]


def _reset_permissions(site):
    """Reset the permissions to their default roles."""
    for title in site.possible_permissions():
        if title.startswith(f"{_PACKAGE}: "):
            Permission(title, (), site).setRoles([])
