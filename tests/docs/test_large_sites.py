"""The page about large sites shows the configurations that the tests start, and all of them."""

from pathlib import Path

import pytest
import re


DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples" / "large-sites"


def test_every_file_is_shown():
    page = (DOCS / "large-sites.rst").read_text("utf-8")
    files = [path for path in EXAMPLES.rglob("*") if path.is_file()]
    assert len(files) == 8
    for path in files:
        assert f".. literalinclude:: {path.relative_to(DOCS)}\n" in page


@pytest.mark.parametrize("name", ["zeo.cfg", "relstorage.cfg"])
def test_a_buildout_has_two_instances_like_each_other(name):
    text = (EXAMPLES / name).read_text()
    [extends] = re.findall(r"^extends = (.*)$", text, re.MULTILINE)
    assert (EXAMPLES / extends).resolve() == DOCS.parent / "buildout.cfg"
    assert re.search(r"^parts = .*\binstance instance2$", text, re.MULTILINE)
    assert "\n[instance2]\n<= instance\nhttp-address = localhost:8082\n" in text


def test_the_server_gets_the_package_without_extras():
    text = (EXAMPLES / "zeo.cfg").read_text()
    assert "\neggs = collective.appendonly\n" in text
