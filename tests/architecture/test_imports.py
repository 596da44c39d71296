"""Arrows point down only: the contracts of pyproject.toml hold, and floor 1 stands alone."""

from pathlib import Path

import grimp
import os
import pytest
import subprocess
import sys


ROOT = Path(__file__).parents[2]
PACKAGE = "collective.appendonly"
FLOOR_1 = f"{PACKAGE}.structures"

# All that floor 1 may import, besides itself and the standard library.
ALLOWED = {"persistent", "ZODB.POSException", "zope.interface"}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(PACKAGE, include_external_packages=True, cache_dir=None)


# In a process of its own: import-linter sets up logging anew, and silences all loggers there are.
def test_the_contracts_are_kept():
    program = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


# The contract can name packages only as a whole: it cannot tell zope.interface from zope.component.
def test_floor_1_imports_what_it_may_and_nothing_else(graph):
    modules = graph.find_descendants(FLOOR_1) | {FLOOR_1}
    lines = {
        detail["line_contents"]
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
        if imported not in modules
        for detail in graph.get_import_details(importer=module, imported=imported)
    }
    names = {line.split()[1] for line in lines}
    unwanted = {
        name
        for name in names
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(f"{name}.".startswith(f"{allowed}.") for allowed in ALLOWED)
    }
    assert "persistent" in names
    assert unwanted == set()
