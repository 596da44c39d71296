"""A Plone without the subscribers of the product, for comparison."""

from collections.abc import Iterator
from contextlib import contextmanager
from Products.CMFCore.interfaces import IIndexQueueProcessor
from zope.component import getGlobalSiteManager


PACKAGE = "collective.appendonly"


def _is_ours(component) -> bool:
    module = getattr(component, "__module__", None) or type(component).__module__
    return module.startswith(PACKAGE)


@contextmanager
def without_subscribers() -> Iterator[None]:
    """Take the product's subscribers and index queue processors away for a while."""
    registry = getGlobalSiteManager()
    handlers = [h for h in registry.registeredHandlers() if _is_ours(h.handler)]
    processors = [
        u
        for u in registry.registeredUtilities()
        if u.provided is IIndexQueueProcessor and _is_ours(u.component)
    ]
    for handler in handlers:
        registry.unregisterHandler(handler.handler, handler.required)
    for processor in processors:
        registry.unregisterUtility(provided=processor.provided, name=processor.name)
    try:
        yield
    finally:
        for handler in handlers:
            registry.registerHandler(handler.handler, handler.required)
        for processor in processors:
            registry.registerUtility(
                processor.component, processor.provided, processor.name
            )
