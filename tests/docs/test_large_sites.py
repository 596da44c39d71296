"""The page about large sites shows the configurations that the tests start, and all of them."""

from configparser import RawConfigParser
from pathlib import Path

import pytest


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
    buildout = RawConfigParser(allow_no_value=True, delimiters=["=", "<="])
    buildout.optionxform = str
    buildout.read(EXAMPLES / name)
    assert (EXAMPLES / buildout["buildout"]["extends"]).resolve() == (
        DOCS.parent / "buildout.cfg"
    )
    assert buildout["buildout"]["parts"].split()[-2:] == ["instance", "instance2"]
    assert (
        buildout["instance"]["http-address"] != (buildout["instance2"]["http-address"])
    )


def test_the_server_gets_the_package_without_extras():
    text = (EXAMPLES / "zeo.cfg").read_text()
    assert "\neggs = collective.appendonly\n" in text
