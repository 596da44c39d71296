"""Texts use the terms of the field: ``language.py`` has the words, and the plain alternatives."""

from tests.docs.language import findings_in_docstrings
from tests.docs.language import findings_on_pages
from tests.docs.language import findings_on_screens
from tests.docs.language import prose

import pytest


@pytest.mark.parametrize(
    "find", [findings_on_screens, findings_on_pages, findings_in_docstrings]
)
def test_texts_use_the_terms_of_the_field(find):
    found = find()
    assert not found, "\n" + "\n".join(map(str, found))


def test_code_on_a_page_is_no_prose():
    page = """\
See :doc:`engines` or `the storages <engines.rst>`_, or type ``address``::

    $ address

.. code-block:: ini

   address = /deed

After that.
"""
    text = prose(page)
    assert "engine" not in text
    assert "address" not in text
    assert "deed" not in text
    assert "the storages" in text
    assert "After that." in text
