"""Create and remove the declared structures of a site.

Call these functions in the install and uninstall handlers of a profile. Reading never creates a
structure.
"""

from collective.appendonly.zcml.declarations import IStructureDeclaration
from zope.component import getUtilitiesFor


def provision(site, *names: str) -> None:
    """Create in *site* the structures declared in ZCML under *names*.

    Existing structures stay as they are. A stack over a kept archive continues its generations.
    Raises LookupError for a name that is not declared.
    """
    for declaration in _declared(names):
        declaration.create(site)


def deprovision(site, *names: str, keep_archive: bool = False) -> None:
    """Remove the structures *names* from *site*, with all their items.

    With *keep_archive* the archives stay in the annotations of the site, and get the items that
    are still in their stacks. Raises LookupError for a name that is not declared.
    """
    for declaration in _declared(names):
        declaration.remove(site, keep_archive)


def _declared(names):
    declarations = dict(getUtilitiesFor(IStructureDeclaration))
    unknown = [name for name in names if name not in declarations]
    if unknown:
        raise LookupError(
            f"No structure is declared as {', '.join(map(repr, unknown))}. Declare it in"
            " ZCML with <appendonly:stack name=...>, <appendonly:archive ...> or"
            " <appendonly:accumulator ...>, and load that ZCML."
        )
    return [declarations[name] for name in names]
