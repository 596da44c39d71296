"""The classes have what their interfaces promise, and the interfaces are documented."""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures import interfaces
from collective.appendonly.structures.layer import ArchiveLayer
from zope.interface.verify import verifyClass
from zope.interface.verify import verifyObject

import pytest


STRUCTURES = [
    (interfaces.IAppendStack, AppendStack()),
    (interfaces.IArchive, Archive()),
    (interfaces.IArchiveLayer, ArchiveLayer(0, ["x"])),
    (interfaces.IAccumulator, Accumulator()),
]


@pytest.mark.parametrize("interface, structure", STRUCTURES)
def test_structure_provides_its_interface(interface, structure):
    assert verifyClass(interface, type(structure), tentative=False)
    assert verifyObject(interface, structure)


@pytest.mark.parametrize("interface, structure", STRUCTURES)
def test_every_public_name_is_in_the_interface(interface, structure):
    public = {name for name in vars(type(structure)) if not name.startswith("_")}
    assert public <= set(interface.names())


@pytest.mark.parametrize("interface, structure", STRUCTURES)
def test_every_name_of_an_interface_is_documented(interface, structure):
    assert interface.__doc__
    assert [name for name in interface if not interface[name].__doc__] == []
