"""The lines in a list of activity."""

from lxml import html
from tests.product.feed.conftest import functional
from tests.product.feed.conftest import garden
from tests.product.feed.conftest import push

import pytest


__all__ = ["functional", "garden", "push"]


@pytest.fixture
def lines():
    """Return the lines of activity in a page as a screen reader reads them, without times.

    What is folded away is in them too.
    """

    def lines(contents):
        lists = html.fromstring(contents).cssselect("ul.list-group.list-group-flush")
        return [_text(line) for activity in lists for line in activity]

    return lines


def _text(line):
    for element in line.cssselect("[aria-hidden=true], time"):
        element.drop_tree()
    # The time follows a dot if there are remarks.
    return " ".join(line.text_content().split()).removesuffix(" ·")
