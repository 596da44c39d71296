"""Each example of the README must work as it is printed there.

The examples that need Plone are run by tests/product/documentation.
"""

from pathlib import Path
from tests.docs.blocks import blocks

import re


README = Path(__file__).parents[2] / "README.rst"
EXAMPLES = [block for block in blocks("README.rst") if block.language == "python"]


def test_the_example_for_zodb_developers_runs(capsys):
    [example] = [block for block in EXAMPLES if "ZODB.connection" in block.text]
    exec(example.text, {})
    assert capsys.readouterr().out == "0 0 {'what': 'order', 'number': 4711}\n"


def test_each_kind_of_user_has_an_example():
    sections = re.findall(r"^(For .*)\n=+\n", README.read_text("utf-8"), re.M)
    assert sections == [
        "For site owners and editors",
        "For integrators",
        "For ZODB developers",
        "For operators",
    ]
    for section in sections:
        text = README.read_text("utf-8").partition(f"\n{section}\n")[2]
        text = re.split(r"\n.+\n===+\n", text)[0]
        assert "::\n\n    " in text or "code-block:: " in text, section


def test_the_pages_that_the_readme_links_to_exist():
    """Links are absolute: package indexes show the README too."""
    text = README.read_text("utf-8")
    repository = "https://github.com/collective/collective.appendonly/"
    paths = re.findall(rf"{repository}(?:blob|raw)/main/([\w./-]+)", text)
    assert len(paths) > 4
    assert [path for path in paths if not (README.parent / path).is_file()] == []
    targets = re.findall(r"<(.*?)>`_|^\.\. image:: (.*)$", text, re.M)
    assert [t for t in targets if not "".join(t).startswith("https://")] == []


def test_the_readme_is_short_enough_to_be_read():
    assert len(README.read_text("utf-8").splitlines()) <= 150
