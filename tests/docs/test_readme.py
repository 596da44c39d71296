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


def test_the_readme_is_short_enough_to_be_read():
    assert len(README.read_text("utf-8").splitlines()) <= 150
