"""Declarations of structures: how a site gets a structure, and how it is removed."""

from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from dataclasses import dataclass
from zope.annotation.interfaces import IAnnotations
from zope.interface import Attribute
from zope.interface import implementer
from zope.interface import Interface


class IStructureDeclaration(Interface):
    """The declaration of a structure that sites can have: a global utility, made by ZCML."""

    name = Attribute("The name of the structure.")

    def create(site):
        """Create the structure in *site*, unless it exists."""

    def remove(site, keep_archive=False):
        """Remove the structure from *site*, with all its items.

        With ``keep_archive`` the archive stays, and the items that are still in the stack are
        archived first. Does nothing if the site does not have the structure.
        """


def find_archive(site, name: str) -> Archive | None:
    """Return the archive *name* of *site*, None if there is none. Never creates it."""
    return IAnnotations(site).get(name)


def _find_utility(site, provided, name):
    # The lookup must not find the utility of an outer site.
    registered = site.getSiteManager().registeredUtilities()
    for registration in registered:
        if registration.provided is provided and registration.name == name:
            return registration.component
    return None


@dataclass(frozen=True)
class _Declaration:
    name: str


@implementer(IStructureDeclaration)
class ArchiveDeclaration(_Declaration):
    """An archive in the annotations of a site."""

    def create(self, site) -> None:
        if find_archive(site, self.name) is None:
            IAnnotations(site)[self.name] = Archive()

    def remove(self, site, keep_archive: bool = False) -> None:
        if not keep_archive:
            IAnnotations(site).pop(self.name, None)


@implementer(IStructureDeclaration)
@dataclass(frozen=True)
class StackDeclaration(ArchiveDeclaration):
    """A stack as a local utility, with an archive of the same name."""

    max_layers: int
    max_length: int

    def create(self, site) -> None:
        super().create(site)
        if _find_utility(site, IAppendStack, self.name) is None:
            # Over a kept archive, the generations continue.
            archive = find_archive(site, self.name)
            stack = AppendStack(
                self.max_layers,
                self.max_length,
                first_generation=archive.generation + 1,
            )
            site.getSiteManager().registerUtility(stack, IAppendStack, self.name)

    def remove(self, site, keep_archive: bool = False) -> None:
        stack = _find_utility(site, IAppendStack, self.name)
        if stack is not None:
            if keep_archive:
                stack.prune(find_archive(site, self.name).addLayer)
            site.getSiteManager().unregisterUtility(stack, IAppendStack, self.name)
        super().remove(site, keep_archive)


@implementer(IStructureDeclaration)
class AccumulatorDeclaration(_Declaration):
    """An accumulator as a local utility."""

    def create(self, site) -> None:
        if _find_utility(site, IAccumulator, self.name) is None:
            site.getSiteManager().registerUtility(
                Accumulator(), IAccumulator, self.name
            )

    def remove(self, site, keep_archive: bool = False) -> None:
        accumulator = _find_utility(site, IAccumulator, self.name)
        if accumulator is not None:
            site.getSiteManager().unregisterUtility(
                accumulator, IAccumulator, self.name
            )
