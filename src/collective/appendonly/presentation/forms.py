"""The order of fields in edit forms."""

from collections.abc import Iterable
from collective.appendonly.guard import shown
from functools import lru_cache
from plone.autoform.base import AutoFields
from plone.dexterity.interfaces import IDexterityFTI
from plone.dexterity.schema import SCHEMA_CACHE
from plone.dexterity.utils import getAdditionalSchemata
from typing import Any
from z3c.form.interfaces import IEditForm
from z3c.form.interfaces import INPUT_MODE
from ZODB.utils import z64
from zope.component import queryUtility
from zope.interface import implementer


def in_form_order(names: Iterable[str], portal_type: str) -> list[str]:
    """Return *names* of fields in the order of the edit form of a portal type.

    Those that are not in the form come last, by name.
    """
    names = sorted(names)
    if len(names) < 2:
        return names
    message = "The order of the fields of %r could not be looked up."
    places = shown(lambda: _places_in_form(portal_type), {}, message, portal_type)
    return sorted(names, key=lambda name: places.get(name, len(places)))


def _places_in_form(portal_type):
    fti = queryUtility(IDexterityFTI, name=portal_type)
    if fti is None or fti._p_changed or fti._p_serial == z64:
        return _places(portal_type)
    # The schema of a type can only change with the type, apart from that of the code.
    return _known_places(portal_type, fti._p_oid, fti._p_serial)


@lru_cache(maxsize=200)
def _known_places(portal_type, _oid, _serial):
    return _places(portal_type)


@implementer(IEditForm)
class _Form(AutoFields):
    """An edit form without widgets, of which only the order of the fields is used."""

    mode = INPUT_MODE
    # Without a user, no permissions are checked: a form has the same order for all.
    request: dict[str, Any] = {}

    def __init__(self, portal_type: str):
        self.schema = SCHEMA_CACHE.get(portal_type)
        self.additionalSchemata = tuple(getAdditionalSchemata(portal_type=portal_type))


def _places(portal_type: str) -> dict[str, int]:
    form = _Form(portal_type)
    form.updateFieldsFromSchemata()
    parts = (form, *form.groups)
    names = (each.field.getName() for part in parts for each in part.fields.values())
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
