"""What an object is like at this moment: the facts an entry keeps of it."""

from AccessControl.PermissionRole import rolesForPermissionOn
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from plone import api
from plone.base.utils import safe_text
from plone.indexer.interfaces import IIndexer
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import ISiteRoot
from typing import NamedTuple
from zope.component import getMultiAdapter
from zope.component import getUtility


class Facts(NamedTuple):
    uid: str
    path: str
    title: str
    portal_type: str
    principals: Principals


def facts(obj, seen_by: Principals | None = None) -> Facts | None:
    """Return the facts of *obj*, None for an object that has no UID.

    *seen_by* are its principals; by default they are those of the catalog, which is up to date
    at the end of a transaction.
    """
    uid = IUUID(obj, None)
    if not uid:
        return None
    return Facts(
        uid=uid,
        path=path(obj),
        title=safe_text(obj.Title()),
        portal_type=obj.portal_type,
        principals=indexed_principals(obj) if seen_by is None else seen_by,
    )


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


def principals(obj) -> Principals:
    """Return who may see *obj*, as Plone's own catalog would index it.

    Asking the index's adapter, and not the permissions, keeps the log in step with listings
    and searches, also where a site has an indexer of its own.
    """
    catalog = api.portal.get_tool("portal_catalog")
    indexer = getMultiAdapter((obj, catalog), IIndexer, name="allowedRolesAndUsers")
    return tuple(sorted(indexer()))


def as_source(obj) -> Source:
    """Return *obj* as the other place that an entry names."""
    return Source(path(obj), principals(obj))


def indexed_principals(obj) -> Principals:
    """Return who may see *obj* as the catalog has it at this moment.

    That is what the indexer said when it was asked last, and takes a tenth of the time of
    asking it again. What isn't in the catalog is asked for.
    """
    catalog = api.portal.get_tool("portal_catalog")
    record = catalog.getrid("/".join(obj.getPhysicalPath()))
    return principals_in(catalog, record) or principals(obj)


def principals_in(catalog, record: int | None) -> Principals:
    """Return the principals that *catalog* has for the *record*; none if it has no such."""
    index = catalog._catalog.getIndex("allowedRolesAndUsers")
    return tuple(sorted(index.getEntryForObject(record, ())))


def holders(permission: str, obj) -> Principals:
    """Return who has *permission* (a title) on *obj*, in the form of the catalog's index."""
    roles = set(rolesForPermissionOn(permission, obj))
    for everybody in ("Anonymous", "Authenticated"):
        if everybody in roles:
            return (everybody,)
    local_roles = api.portal.get_tool("acl_users")._getAllLocalRoles(obj)
    people = {
        f"user:{name}"
        for name, theirs in local_roles.items()
        if not roles.isdisjoint(theirs)
    }
    return tuple(sorted(roles - {"Owner"} | people))
