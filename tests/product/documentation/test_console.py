"""The tutorials print what they show in the consoles that they name, typed line by line."""

from doctest import DocTestParser
from doctest import ELLIPSIS
from doctest import NORMALIZE_WHITESPACE
from doctest import OutputChecker
from tests.docs.blocks import blocks
from tests.docs.blocks import ROOT
from tests.product.zope_process import configure
from tests.product.zope_process import ENVIRONMENT
from tests.product.zope_process import make_instance

import pytest
import subprocess
import sys


pytestmark = pytest.mark.processes

MAKE_SITE = ROOT / "tests" / "product" / "commands" / "make_site.py"
TRACEBACK = "Traceback (most recent call last):"


def typed(page, *arguments, folder, first=""):
    """Type the sessions of *page* into an interactive Python, and compare all that it prints."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    examples = DocTestParser().get_examples(text)
    # The interpreter ends a block at an empty line. It prints prompts and tracebacks as errors.
    lines = "\n".join([first, *(example.source for example in examples), ""])
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    errors = [example.exc_msg for example in examples if example.exc_msg is not None]
    assert done.stderr.count(TRACEBACK) == len(errors), done.stderr
    for error in errors:
        assert error.partition(":")[0] in done.stderr
    shown = "".join(example.want for example in examples if example.exc_msg is None)
    flags = ELLIPSIS | NORMALIZE_WHITESPACE
    # What Zope says when the console opens.
    printed = done.stdout.removeprefix(
        'Starting debugger (the name "app" is bound to the top-level Zope object)\n'
    )
    assert OutputChecker().check_output(shown, printed, flags), printed
    return examples


def test_a_reader_who_types_the_tutorial_of_the_log(tmp_path):
    """Without request and user, as the console of Zope is."""
    make_instance(MAKE_SITE, tmp_path)
    page = "log-from-python.rst"
    first, *_ = blocks(page)
    console = "-m", "Zope2.utilities.zconsole", "debug", configure(tmp_path)
    examples = typed(page, *console, folder=tmp_path, first=first.text)
    assert len(examples) >= 25


def test_a_reader_who_types_the_tutorial_of_the_structures(tmp_path):
    """Without Plone."""
    examples = typed("structures.rst", "-i", "-q", folder=tmp_path)
    assert len(examples) >= 100
