"""The package: what an import brings, and that the classes have what interfaces promise.

Who imports it gets no Plone, no Zope components. The interfaces are documented.
"""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures import interfaces
from collective.appendonly.structures.layer import ArchiveLayer
from zope.interface.verify import verifyClass
from zope.interface.verify import verifyObject

import collective.appendonly
import json
import pytest
import subprocess
import sys


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
    assert public <= set(interface.names(all=True))


@pytest.mark.parametrize("interface, structure", STRUCTURES)
def test_every_name_of_an_interface_is_documented(interface, structure):
    assert interface.__doc__
    assert [name for name in interface if not interface[name].__doc__] == []


# What an import brings

PROGRAM = """
import json, sys
before = set(sys.modules)
import collective.appendonly
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_import_brings_no_plone_and_no_components():
    path = json.dumps(sys.path)
    program = f"import sys\nsys.path[:] = {path}\n{PROGRAM}"
    output = subprocess.check_output([sys.executable, "-c", program], text=True)
    imported = json.loads(output)
    assert "collective.appendonly.structures.append_stack" in imported
    unwanted = ("plone", "Products", "zope.component", "Acquisition", "Zope2")
    assert [name for name in imported if name.startswith(unwanted)] == []


def test_the_names_of_the_package():
    assert collective.appendonly.__all__ == ["Accumulator", "AppendStack", "Archive"]
