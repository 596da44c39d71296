"""The facts about an object, at this moment, that an entry stores."""

from AccessControl.PermissionRole import rolesForPermissionOn
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from collective.appendonly.permissions import ACCESS_INACTIVE
from collective.appendonly.permissions import is_effective
from collective.appendonly.permissions import site_permission
from collective.appendonly.transactions import answer
from plone import api
from plone.base.utils import safe_text
from plone.indexer.interfaces import IIndexer
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import ICatalogTool
from Products.CMFCore.interfaces import ISiteRoot
from typing import Any
from typing import NamedTuple
from zope.component import getMultiAdapter
from zope.component import getUtility
from zope.component import queryAdapter


# The index of the principals that can view an object.
_VIEWERS = "allowedRolesAndUsers"


class Facts(NamedTuple):
    """The facts of an object that an entry stores."""

    uid: str
    path: str
    title: str
    portal_type: str
    principals: Principals


def facts(obj, known: Principals | None = None) -> Facts | None:
    """Return the facts of *obj*, None for an object that has no UID.

    *known* are the principals that its entry is for, if its state allows it now; by default
    those of the catalog, which has to be up to date, as it is at the end of a transaction. No user
    can view the entry if they cannot be determined.
    """
    uid, place = None, obj.getPhysicalPath()
    if known is None:
        uid, known = answer(_indexed, obj, place, otherwise=(None, ()))
    # Calling the interface would first look for __conform__ in all schemata of the type, and the
    # adapter of plone.app.multilingual asks all folders above.
    uid = uid or queryAdapter(obj, IUUID)
    if not uid:
        return None
    return Facts(
        uid=uid,
        path=relative_path(place),
        title=answer(_title, obj, otherwise=place[-1]),
        portal_type=as_text(obj.portal_type),
        principals=answer(viewers, obj, known, otherwise=()),
    )


def site_facts(portal_type: str, name: str) -> Facts:
    """Return the facts of something that is not content: of a user, a setting, an add-on …

    *portal_type* and *name* are the portal type and the title of its entry.
    """
    permission = site_permission(portal_type, name)
    seen_by = holders(permission, api.portal.get()) if permission else ()
    return Facts("", "", name, portal_type, seen_by)


def _title(obj) -> str:
    return as_text(obj.Title())


def as_text(value: Any) -> str:
    """Return *value*, which should be text and may be anything, as text."""
    return "" if value is None else str(safe_text(value))


def path(obj) -> str:
    """Return the path of *obj*, relative to the site."""
    return relative_path(obj.getPhysicalPath())


def place(parent, name: str) -> str:
    """Return the path of *name* in *parent*, relative to the site."""
    return relative_path((*parent.getPhysicalPath(), name))


def relative_path(physical_path: tuple[str, ...]) -> str:
    """Return *physical_path* relative to the site."""
    site_path = getUtility(ISiteRoot).getPhysicalPath()
    if physical_path[: len(site_path)] != site_path:
        raise ValueError(
            f"{'/'.join(physical_path)} is not inside the site {'/'.join(site_path)}."
        )
    return "/".join(physical_path[len(site_path) :])


def viewers(obj, known: Principals | None = None) -> Principals:
    """Return the principals that listings show *obj* to at this moment.

    Outside of its effective range these are no others than those that can access inactive
    content there, such as its owner. *known* are the principals that can view it on any other
    date, by default those of the catalog.
    """
    if known is None:
        _, known = _indexed(obj, obj.getPhysicalPath())
    return known if is_effective(obj) else _both(known, holders(ACCESS_INACTIVE, obj))


def former_viewers(obj) -> Principals:
    """Return the viewers of *obj* before what changes them, or its place, is over.

    Until then the catalog has the former ones.
    """
    return answer(viewers, obj, otherwise=())


def _both(some: Principals, others: Principals) -> Principals:
    """Return principals that only users have who are in both sets.

    Users with a different principal in each are left out.
    """
    for everybody in ("Anonymous",), ("Authenticated",):
        if some == everybody:
            return others
        if others == everybody:
            return some
    return tuple(sorted({*some} & {*others}))


def principals(obj) -> Principals:
    """Return the principals that can view *obj*, as Plone's catalog would index them.

    Asking the indexer, and not the permissions, keeps the log consistent with listings and
    searches, also in a site with an indexer of its own.
    """
    catalog = getUtility(ICatalogTool)
    indexer = getMultiAdapter((obj, catalog), IIndexer, name=_VIEWERS)
    return tuple(sorted(indexer()))


def as_source(obj) -> Source:
    """Return *obj* as the ``source`` of an entry."""
    seen_by = answer(_viewers_now, obj, otherwise=())
    return Source(path(obj), seen_by, IUUID(obj, ""))


def _viewers_now(obj) -> Principals:
    return viewers(obj, principals(obj))


def _indexed(obj, place: tuple[str, ...]) -> tuple[str | None, Principals]:
    """Return the UID of *obj*, and the principals that can view it, as the catalog has them at *place*.

    They are those of the last indexing, and take a tenth of the time of indexing again. For an
    object that is not in the catalog they are None, and those that it would be indexed with.
    """
    catalog = getUtility(ICatalogTool)
    record = catalog.getrid("/".join(place))
    if record is None:
        return None, principals(obj)
    uid = catalog._catalog.getIndex("UID").getEntryForObject(record)
    return uid, principals_in(catalog, record) or principals(obj)


def principals_in(catalog, record: int) -> Principals:
    """Return the principals that *catalog* has for *record*, none if it has no such record."""
    index = catalog._catalog.getIndex(_VIEWERS)
    return tuple(sorted(index.getEntryForObject(record, ())))


def holders(permission: str, obj) -> Principals:
    """Return the principals with *permission* (a title) on *obj*, as the catalog indexes them."""
    roles = set(rolesForPermissionOn(permission, obj))
    for general in ("Anonymous", "Authenticated"):
        if general in roles:
            return (general,)
    local_roles = api.portal.get_tool("acl_users")._getAllLocalRoles(obj)
    users = {
        f"user:{name}"
        for name, granted in local_roles.items()
        if not roles.isdisjoint(granted)
    }
    return tuple(sorted(roles - {"Owner"} | users))
