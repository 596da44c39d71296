"""The add-on's own structures, created when it is installed in a site."""

from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from plone import api
from zope.component import getAdapter
from zope.component import getUtility


WEATHER = "gardenlog.weather"
ORDERS = "gardenlog.orders"


def install(setup_tool) -> None:
    provision(api.portal.get(), WEATHER, ORDERS)


def uninstall(setup_tool) -> None:
    deprovision(api.portal.get(), WEATHER, ORDERS)


def report_weather(degrees: float) -> None:
    """Push a temperature. Concurrent calls do not conflict."""
    archive = getAdapter(api.portal.get(), IArchive, name=WEATHER)
    getUtility(IAppendStack, name=WEATHER).push(degrees, archive.addLayer)


def order(plant: str) -> None:
    """Add a plant to the shopping list."""
    getUtility(IAccumulator, name=ORDERS).append(plant)


def go_shopping() -> list[str]:
    """Return the shopping list, and clear it. Each plant is returned only once."""
    return list(getUtility(IAccumulator, name=ORDERS).consume())
