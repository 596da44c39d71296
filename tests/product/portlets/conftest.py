"""Placed portlets."""

from collective.appendonly.portlets.activity import Assignment
from lxml import html
from plone.app.portlets.utils import assignment_mapping_from_key
from tests.product.browser.conftest import lines  # noqa: F401

import pytest
import transaction


@pytest.fixture
def place(portal):
    """Add a portlet to the right column of an object, by default the site, and commit."""

    def place(obj=portal, **settings):
        mapping = assignment_mapping_from_key(
            portal,
            "plone.rightcolumn",
            "context",
            "/".join(obj.getPhysicalPath()[len(portal.getPhysicalPath()) :]) or "/",
        )
        mapping[f"activity-{len(mapping)}"] = Assignment(**settings)
        transaction.commit()

    return place


@pytest.fixture
def portlets(lines):  # noqa: F811
    """Return heading and lines of each activity portlet in a page."""

    def portlets(contents):
        return [
            (
                " ".join(card.cssselect(".card-header")[0].text_content().split()),
                lines(html.tostring(card)),
            )
            for card in html.fromstring(contents).cssselect(".portletActivity")
        ]

    return portlets
