"""From a declaration to a structure in a site.

Call these from the install and uninstall handlers of a profile: a structure is created when
somebody decides so, never because somebody reads.
"""

from collective.appendonly.zcml.interfaces import IStructureDeclaration
from zope.component import getUtilitiesFor


def provision(site, *names: str) -> None:
    """Give *site* the structures declared in ZCML under *names*.

    What the site has already stays as it is. A stack over a kept archive continues its
    generations. Raises LookupError for a name that is not declared.
    """
    for declaration in _declared(names):
        declaration.create(site)


def deprovision(site, *names: str, keep_archive: bool = False) -> None:
    """Take the structures *names* away from *site*, with all they hold.

    With *keep_archive* the archives stay in the annotations of the site, and take over what
    was still on their stacks. Raises LookupError for a name that is not declared.
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
