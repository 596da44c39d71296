"""The order of fields in edit forms."""

from collections.abc import Iterable
from collective.appendonly.guard import shown
from collective.appendonly.schemata import by_type
from plone.autoform.base import AutoFields
from plone.dexterity.schema import SCHEMA_CACHE
from plone.dexterity.utils import getAdditionalSchemata
from typing import Any
from z3c.form.interfaces import IEditForm
from z3c.form.interfaces import INPUT_MODE
from zope.interface import implementer


def in_form_order(names: Iterable[str], portal_type: str) -> list[str]:
    """Return *names* of fields in the order of the edit form of a portal type.

    Those that are not in the form come last, by name.
    """
    names = sorted(names)
    if len(names) < 2:
        return names
    message = "The order of the fields of %r could not be looked up."
    places = shown(lambda: _places(portal_type), {}, message, portal_type)
    return sorted(names, key=lambda name: places.get(name, len(places)))


@implementer(IEditForm)
class _Form(AutoFields):
    """An edit form without widgets, of which only the order of the fields is used."""

    mode = INPUT_MODE
    # Without a user, no permissions are checked: a form has the same order for all.
    request: dict[str, Any] = {}

    def __init__(self, portal_type: str):
        self.schema = SCHEMA_CACHE.get(portal_type)
        self.additionalSchemata = tuple(getAdditionalSchemata(portal_type=portal_type))


@by_type
def _places(portal_type: str) -> dict[str, int]:
    form = _Form(portal_type)
    form.updateFieldsFromSchemata()
    parts = (form, *form.groups)
    names = (each.field.getName() for part in parts for each in part.fields.values())
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
