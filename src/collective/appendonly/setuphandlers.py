"""What installing and uninstalling do beyond the profiles' XML."""

from collective.appendonly.log import STACK
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from plone import api
from plone.base.interfaces import INonInstallable
from zope.interface import implementer


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the site creation form and the add-ons list."""

    def getNonInstallableProfiles(self) -> list[str]:
        return ["collective.appendonly:uninstall"]

    def getNonInstallableProducts(self) -> list[str]:
        return []


def install(setup_tool) -> None:
    """Give the site its stack and archive."""
    provision(api.portal.get(), STACK)


def uninstall(setup_tool) -> None:
    """Take them away again, with all that was recorded."""
    deprovision(api.portal.get(), STACK)
