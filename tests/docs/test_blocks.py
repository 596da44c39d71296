"""Each example of the documentation is complete: it can be copied alone.

Whether it works is tested by tests/product/documentation, which runs it.
"""

from lxml import etree
from tests.docs.blocks import ALL
from tests.docs.blocks import Block
from tests.docs.blocks import GIVEN
from tests.docs.blocks import ROOT

import ast
import builtins
import pytest


def is_python(block: Block) -> bool:
    """Some pages show Python without naming the language."""
    try:
        ast.parse(block.text)
    except SyntaxError:
        return block.language == "python"
    return block.language in ("", "python")


PYTHON = [block for block in ALL if is_python(block)]
XML = [block for block in ALL if block.language == "xml"]
PROFILE = "{http://namespaces.zope.org/genericsetup}registerProfile"
ZCML = sorted(
    str(path.relative_to(ROOT))
    for folder in ("src", "docs")
    for path in (ROOT / folder).rglob("*.zcml")
)


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_an_example_in_python_imports_what_it_uses(block):
    nodes = list(ast.walk(ast.parse(block.text)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {
        node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    bound |= {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert used - bound - set(dir(builtins)) <= GIVEN


def test_no_name_is_given_that_no_example_uses():
    names = {
        node.id
        for block in PYTHON
        for node in ast.walk(ast.parse(block.text))
        if isinstance(node, ast.Name)
    }
    assert GIVEN <= names


@pytest.mark.parametrize("block", XML, ids=str)
def test_an_example_in_xml_is_a_whole_file(block):
    """It declares its namespaces, and ZCML has the include that its directives need."""
    root = etree.fromstring(block.text)
    own = "http://namespaces.plone.org/appendonly"
    if any(f"{{{own}}}" in str(element.tag) for element in root.iter()):
        packages = [element.get("package") for element in root.iter("{*}include")]
        assert packages == ["collective.appendonly"]


def profiles(zcml: str) -> list[etree._Element]:
    return list(etree.parse(ROOT / zcml).iter(PROFILE))


@pytest.mark.parametrize("zcml", [zcml for zcml in ZCML if profiles(zcml)])
def test_the_add_ons_control_panel_can_install_a_profile(zcml):
    """Without this attribute, it would be a base profile, which replaces a site."""
    provided = {profile.get("provides") for profile in profiles(zcml)}
    assert provided == {"Products.GenericSetup.interfaces.EXTENSION"}
