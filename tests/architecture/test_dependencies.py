"""What is imported is declared, and what is declared is imported."""

from importlib.metadata import requires
from pathlib import Path

import ast
import re
import sys


SOURCE = Path(__file__).parents[2] / "src" / "collective" / "appendonly"
PACKAGE = "collective.appendonly"
# The test layers belong to the extra "test".
TEST_LAYERS = SOURCE / "testing.py"
# Where a distribution is not called like its packages.
PACKAGES_OF = {"Zope": ("OFS", "Products.Five", "ZPublisher", "Zope2")}


def declared(extra: str | None = None) -> set[str]:
    """Return what an extra asks for; without one, what the distribution itself asks for."""
    found = set()
    for requirement in requires(PACKAGE):
        name = re.match(r"[\w.-]+", requirement).group()
        extras = re.findall(r"extra == [\"'](\w+)", requirement)
        if extras == ([extra] if extra else []):
            found.add(name)
    return found


def imported(folder: Path) -> set[str]:
    """Return the dotted names of all that Python and ZCML below a folder ask for."""
    names = set()
    for module in folder.rglob("*.py"):
        if module == TEST_LAYERS:
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                # "from plone import api" imports plone.api.
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
    for zcml in folder.rglob("*.zcml"):
        packages = r"<include\s[^>]*package=\"(\w[\w.]*)\""
        names.update(re.findall(packages, zcml.read_text("utf-8")))
    return {
        name
        for name in names
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not f"{name}.".startswith(f"{PACKAGE}.")
    }


def belongs(name: str, distribution: str) -> bool:
    packages = PACKAGES_OF.get(distribution, (distribution,))
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def undeclared(folder: Path, distributions: set[str]) -> set[str]:
    return {
        name
        for name in imported(folder)
        if not any(belongs(name, distribution) for distribution in distributions)
    }


def test_floor_1_needs_no_more_than_the_distribution_does():
    assert undeclared(SOURCE / "structures", declared()) == set()


def test_the_product_needs_no_more_than_the_extra_plone():
    assert undeclared(SOURCE, declared() | declared("plone")) == set()


def test_the_extra_plone_has_nothing_that_is_not_imported():
    names = imported(SOURCE)
    idle = {
        distribution
        for distribution in declared("plone")
        if not any(belongs(name, distribution) for name in names)
    }
    assert idle == set()
