"""The pages are complete where a code forge shows them: as plain reStructuredText.

A forge knows neither the directives nor the roles of Sphinx, and includes no files. What it does
not know, it leaves out.
"""

from docutils import nodes
from docutils.core import publish_doctree
from functools import cache
from pathlib import Path
from posixpath import normpath
from tests.docs.blocks import ROOT

import pytest
import re


#: What a reader does not see.
NOTHING = (nodes.title, nodes.comment, nodes.system_message, nodes.target)
REPOSITORY = "https://github.com/collective/collective.appendonly/"
#: What only Sphinx includes, and the path of the file. Docutils knows the tables too.
INCLUDED = re.compile(r"^ *\.\. literalinclude:: (\S+)$|^ +:file: (\S+)$", re.M)
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("*.rst"), *(ROOT / "docs").rglob("*.rst")]
)


@cache
def shown(page: str) -> nodes.document:
    """Return what a forge shows of *page*."""
    settings = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 5,
        "_disable_config": True,
    }
    return publish_doctree(
        (ROOT / page).read_text("utf-8"), settings_overrides=settings
    )


def paths(page: str) -> set[str]:
    """Return what *page* links to in this repository, as paths."""
    found = set()
    for link in shown(page).findall(nodes.reference):
        target = link.get("refuri", "").partition("#")[0]
        if target.startswith(REPOSITORY):
            target = re.sub(r"^(blob|tree|raw)/main/", "", target[len(REPOSITORY) :])
        elif target and ":" not in target:
            target = normpath(f"{Path(page).parent}/{target}")
        else:
            continue
        found.add(target)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_role_is_shown_as_an_error(page):
    assert [node.astext() for node in shown(page).findall(nodes.problematic)] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_section_is_empty(page):
    empty = [
        section.next_node(nodes.title).astext()
        for section in shown(page).findall(nodes.section)
        if all(isinstance(node, NOTHING) for node in section)
    ]
    assert empty == [], f"Without Sphinx, {page} shows nothing in these sections."


@pytest.mark.parametrize("page", PAGES)
def test_what_is_included_is_linked(page):
    """By the page: the file itself, or a folder that it is in."""
    text = (ROOT / page).read_text("utf-8")
    included = {
        normpath(f"{Path(page).parent}/{''.join(path)}")
        for path in INCLUDED.findall(text)
    }
    linked = paths(page)
    missing = {
        path for path in included if not linked & {path, *map(str, Path(path).parents)}
    }
    assert missing == set(), f"{page} includes them without a link."


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_of_the_repository(page):
    assert {path for path in paths(page) if not (ROOT / path).exists()} == set()


def test_every_page_is_found_from_the_readme():
    found, waiting = set(), ["README.rst"]
    while waiting:
        page = waiting.pop()
        if page not in found and (ROOT / page).is_file() and page.endswith(".rst"):
            found.add(page)
            waiting += paths(page)
    assert {page for page in PAGES if page.startswith("docs/")} - found == set()
