"""The tutorial log-from-python.rst works in the console that it names: without request and user."""

from tests.docs.blocks import blocks
from tests.docs.blocks import ROOT
from tests.product.test_processes import zconsole
from tests.product.zope_process import configure
from tests.product.zope_process import make_instance

import doctest
import pytest


pytestmark = pytest.mark.processes

PAGE = "log-from-python.rst"
MAKE_SITE = ROOT / "tests" / "product" / "commands" / "make_site.py"


@pytest.fixture
def folder(tmp_path):
    return make_instance(MAKE_SITE, tmp_path)


def test_a_reader_who_types_the_tutorial(folder):
    first, *_ = blocks(PAGE)
    text = (ROOT / "docs" / PAGE).read_text("utf-8")
    examples = doctest.DocTestParser().get_examples(text)
    # The interpreter ends a block at an empty line.
    typed = "\n".join([first.text, *(example.source for example in examples), ""])
    output = zconsole("debug", configure(folder), input=typed)
    assert "Traceback" not in output, output
    printed = [line.rpartition(">>> ")[2] for line in output.splitlines()]
    printed = [line.rpartition("... ")[2] for line in printed]
    wanted = [line for example in examples for line in example.want.splitlines()]
    assert len(wanted) == 15
    # In this order, with prompts in between.
    rest = iter(printed)
    assert [line for line in wanted if line not in rest] == []
