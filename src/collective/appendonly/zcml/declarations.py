"""The declarations: how a site gets a structure, and how it gets rid of it."""

from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.zcml.interfaces import IStructureDeclaration
from dataclasses import dataclass
from zope.annotation.interfaces import IAnnotations
from zope.interface import implementer


def find_archive(site, name: str) -> Archive | None:
    """Return the archive called *name* of *site*, if there is one. Never creates it."""
    return IAnnotations(site).get(name)


def _find_utility(site, provided, name):
    # The site's own: a site inside another one must not take the other's for its own.
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
            # Over a kept archive the generations go on where they ended.
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
