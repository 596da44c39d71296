"""The declared dependencies are those that the code imports; buildout and pip agree on versions."""

from importlib.metadata import requires
from pathlib import Path

import ast
import re
import runpy
import sys


ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "collective" / "appendonly"
PACKAGE = "collective.appendonly"
# The test layers belong to the extra "test".
TEST_LAYERS = SOURCE / "testing.py"
# What a Plone site may come without. What needs it is loaded only where it is.
OPTIONAL = {"plone.app.caching", "plone.app.iterate"}
# Where a distribution is not called like its packages.
PACKAGES_OF = {
    "Products.ZCatalog": ("Products.ZCatalog", "Products.ZCTextIndex"),
    "Zope": ("OFS", "Products.Five", "Testing", "ZPublisher", "Zope2"),
}


def declared(extra: str | None = None) -> set[str]:
    """Return what an extra asks for; without one, what the distribution itself asks for."""
    found = set()
    for requirement in requires(PACKAGE):
        name = re.match(r"[\w.-]+", requirement).group()
        extras = re.findall(r"extra == [\"'](\w+)", requirement)
        if extras == ([extra] if extra else []):
            found.add(name)
    return found


def imported(place: Path) -> set[str]:
    """Return the dotted names of all that Python and ZCML ask for, in a module or below a folder."""
    names = set()
    for module in [place] if place.is_file() else place.rglob("*.py"):
        if module == TEST_LAYERS:
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                # "from plone import api" imports plone.api.
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
    for zcml in place.rglob("*.zcml"):
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
    assert undeclared(SOURCE, declared() | declared("plone") | OPTIONAL) == set()


def test_what_needs_an_optional_package_is_loaded_on_condition():
    condition = r"<include\s+file=\"(\w+)\.zcml\"\s+zcml:condition=\"installed (\S+)\""
    conditions = {
        (zcml.parent / name, package)
        for zcml in SOURCE.rglob("*.zcml")
        for name, package in re.findall(condition, zcml.read_text("utf-8"))
    }
    needed = {
        (module.with_suffix(""), package)
        for module in SOURCE.rglob("*.py")
        for package in OPTIONAL
        if any(belongs(name, package) for name in imported(module))
    }
    assert {package for _, package in needed} == OPTIONAL
    assert needed <= conditions


def test_the_extra_plone_has_nothing_that_is_not_imported():
    names = imported(SOURCE)
    idle = {
        distribution
        for distribution in declared("plone")
        if not any(belongs(name, distribution) for name in names)
    }
    assert idle == set()


def test_buildout_installs_the_versions_of_the_constraints():
    script = runpy.run_path(str(ROOT / "scripts" / "versions.py"))
    written = (ROOT / "versions.cfg").read_text("utf-8")
    assert written == script["render"](), "Run: python scripts/versions.py"
