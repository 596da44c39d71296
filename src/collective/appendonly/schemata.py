"""The fields of content: what its schemata say, by name."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from functools import lru_cache
from functools import wraps
from plone.autoform.interfaces import READ_PERMISSIONS_KEY
from plone.dexterity.behavior import DexterityBehaviorAssignable
from plone.dexterity.content import get_assignable
from plone.dexterity.interfaces import IDexterityFTI
from plone.dexterity.utils import iterSchemata
from plone.dexterity.utils import iterSchemataForType
from plone.supermodel.utils import mergedTaggedValueDict
from typing import Any
from typing import NamedTuple
from typing import TypeVar
from ZODB.utils import z64
from zope.component import queryUtility
from zope.interface.interface import InterfaceClass
from zope.schema.interfaces import IField


Result = TypeVar("Result")


class Fields(NamedTuple):
    """The fields of a portal type, or of an object.

    *by_name* has a field of each schema that has one of that name; *protected* are the names of
    those that have a read permission of their own.
    """

    by_name: Mapping[str, tuple[IField, ...]]
    protected: frozenset[str]


def by_type(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """Remember what *function* returns for a portal type until the type is changed.

    Apart from that of the code, a schema can only change with its type.
    """

    @lru_cache(maxsize=200)
    def remembered(portal_type, _oid, _serial):
        return function(portal_type)

    @wraps(function)
    def ask(portal_type: str) -> Result:
        fti = queryUtility(IDexterityFTI, name=portal_type)
        if fti is not None:
            # A ghost has no serial.
            fti._p_activate()
        if fti is None or fti._p_changed or fti._p_serial == z64:
            return function(portal_type)
        return remembered(portal_type, fti._p_oid, fti._p_serial)

    ask.cache_clear = remembered.cache_clear
    return ask


@by_type
def fields_of_type(portal_type: str) -> Fields:
    """Return the fields of all objects of a portal type."""
    return _fields(iterSchemataForType(portal_type))


def fields_of(obj: Any) -> Fields:
    """Return the fields of *obj*: those of its type, unless it may have behaviors of its own."""
    assignable = get_assignable(obj)
    if assignable is None or type(assignable) is DexterityBehaviorAssignable:
        return fields_of_type(obj.portal_type)
    return _fields(iterSchemata(obj))


def _fields(schemata: Iterable[InterfaceClass]) -> Fields:
    by_name: dict[str, tuple[IField, ...]] = {}
    protected: set[str] = set()
    for schema in schemata:
        protected.update(mergedTaggedValueDict(schema, READ_PERMISSIONS_KEY))
        for name, field in schema.namesAndDescriptions(all=True):
            if IField.providedBy(field):
                by_name[name] = (*by_name.get(name, ()), field)
    return Fields(by_name, frozenset(protected))
