"""What installing and uninstalling do beyond the profiles' XML."""

from AccessControl.Permission import Permission
from collective.appendonly.log import STACK
from collective.appendonly.maintenance.erasure_requests import ERASURES
from collective.appendonly.portlets.activity import DESCRIPTION
from collective.appendonly.portlets.activity import PORTLET
from collective.appendonly.portlets.activity import TITLE
from collective.appendonly.portlets.removal import remove_placed_portlets
from collective.appendonly.window import fit_window
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from plone import api
from plone.base.interfaces import INonInstallable
from plone.portlets.interfaces import IPortletType
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility
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


def name_portlet(setup_tool) -> None:
    """Let the type of portlet have a title in the language of whoever places one.

    By a profile it can only have one to be looked for among Plone's own translations.
    """
    portlet = getUtility(IPortletType, name=PORTLET)
    portlet.title, portlet.description = TITLE, DESCRIPTION


def uninstall(setup_tool) -> None:
    """Take away the structures, with all that was recorded, and whatever else is left."""
    site = api.portal.get()
    deprovision(site, *STRUCTURES)
    remove_placed_portlets(site)
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
