"""What a declaration is."""

from zope.interface import Attribute
from zope.interface import Interface


class IStructureDeclaration(Interface):
    """That sites may have a structure of this name: a global utility, made by ZCML."""

    name = Attribute("The name of the structure.")

    def create(site):
        """Give *site* the structure, unless it has it already."""

    def remove(site, keep_archive=False):
        """Take the structure away from *site*, with all it holds.

        With ``keep_archive`` the archive stays, and the items that are still on the stack are
        archived first. A site that doesn't have the structure is left as it is.
        """
