"""Who imports the package gets no Plone, no Zope components."""

import json
import subprocess
import sys


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
    import collective.appendonly

    assert collective.appendonly.__all__ == ["Accumulator", "AppendStack", "Archive"]
