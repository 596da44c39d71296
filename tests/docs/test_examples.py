"""The interactive sessions of the documentation print what they show. Needs no Plone."""

from pathlib import Path

import doctest
import pytest
import transaction


DOCS = Path(__file__).parents[2] / "docs"

#: Each page with a session, and how many examples it has at least.
PAGES = {"conflict-resolution.rst": 25, "structures.rst": 100}


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """The sessions may open a database in the current folder."""
    monkeypatch.chdir(tmp_path)
    yield
    transaction.abort()


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_print_what_the_page_shows(own_folder, page):
    path = str(DOCS / page)
    result = doctest.testfile(path, module_relative=False, encoding="utf-8")
    assert result.failed == 0, "See the report of doctest."
    assert result.attempted >= PAGES[page]


#: The pages whose sessions need a site: tests/product/documentation.
IN_A_SITE = {"log-from-python.rst"}


def test_no_page_with_examples_is_left_out():
    texts = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.rst")}
    with_sessions = {name for name, text in texts.items() if ">>> " in text}
    assert with_sessions == set(PAGES) | IN_A_SITE
