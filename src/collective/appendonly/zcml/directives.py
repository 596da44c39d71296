"""The ZCML directives ``appendonly:stack``, ``appendonly:archive``, ``appendonly:accumulator``."""

from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.zcml.declarations import AccumulatorDeclaration
from collective.appendonly.zcml.declarations import ArchiveDeclaration
from collective.appendonly.zcml.declarations import find_archive
from collective.appendonly.zcml.declarations import IStructureDeclaration
from collective.appendonly.zcml.declarations import StackDeclaration
from functools import partial
from zope.component.interfaces import ISite
from zope.component.zcml import adapter
from zope.component.zcml import utility
from zope.interface import Interface
from zope.schema import Int
from zope.schema import TextLine


class IStructureDirective(Interface):
    """Declare a structure that sites can have."""

    name = TextLine(
        title="Name",
        description=(
            "The name of the utility, and the key in the annotations of the site. Begin it"
            " with the name of your package."
        ),
    )


class IStackDirective(IStructureDirective):
    """Declare a stack, with its archive."""

    max_layers = Int(
        title="Layers", description="How many layers it holds.", default=2, min=1
    )
    max_length = Int(
        title="Length", description="How many items a layer holds.", default=16, min=1
    )


def stack(_context, name, max_layers=2, max_length=16):
    _declare(_context, StackDeclaration(name, max_layers, max_length))
    _adapt_archive(_context, name)


def archive(_context, name):
    _declare(_context, ArchiveDeclaration(name))
    _adapt_archive(_context, name)


def accumulator(_context, name):
    _declare(_context, AccumulatorDeclaration(name))


def _declare(_context, declaration):
    utility(
        _context,
        provides=IStructureDeclaration,
        component=declaration,
        name=declaration.name,
    )


def _adapt_archive(_context, name):
    adapter(
        _context,
        factory=[partial(find_archive, name=name)],
        provides=IArchive,
        for_=[ISite],
        name=name,
    )
