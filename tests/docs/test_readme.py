"""What the README shows must work as it is printed there."""

from collective.appendonly import AppendStack
from pathlib import Path
from textwrap import dedent
from ZODB.DemoStorage import DemoStorage

import re
import ZODB


README = Path(__file__).parents[2] / "README.rst"


def code_block(under):
    """Return the first Python block below the heading *under*."""
    text = README.read_text("utf-8").partition(f"\n{under}\n=")[2]
    block = re.search(r"\.\. code-block:: python\n\n((?:    .*\n|\n)+)", text)
    return dedent(block.group(1))


def test_the_example_for_zodb_developers_runs(capsys):
    connection = ZODB.DB(DemoStorage()).open()
    exec(code_block("For ZODB developers"), {"root": connection.root()})
    printed = capsys.readouterr().out
    assert printed == "0 0 {'what': 'order', 'number': 4711}\n"
    assert isinstance(connection.root()["recent"], AppendStack)
    connection.close()


def test_what_the_readme_leads_to_is_there():
    """Its links are whole addresses, since package indexes show it too."""
    text = README.read_text("utf-8")
    repository = "https://github.com/collective/collective.appendonly/"
    paths = re.findall(rf"{repository}(?:blob|raw)/main/([\w./-]+)", text)
    assert len(paths) > 4
    assert [path for path in paths if not (README.parent / path).is_file()] == []
    targets = re.findall(r"<(.*?)>`_|^\.\. image:: (.*)$", text, re.M)
    assert [t for t in targets if not "".join(t).startswith("https://")] == []


def test_the_readme_is_short_enough_to_be_read():
    assert len(README.read_text("utf-8").splitlines()) <= 150
