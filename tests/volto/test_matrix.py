"""Volto's HTML shows each user the activity that they can view, and nothing else.

The site and the expectations are those of the matrix of all other outputs.
"""

from lxml import html
from tests.product.layers import without_site_actions
from tests.product.matrix.conftest import fill
from tests.product.matrix.outputs import parsed
from tests.product.matrix.stories import DETAILS
from tests.product.matrix.stories import hidden_from
from tests.product.matrix.stories import PEOPLE
from tests.product.matrix.stories import visible_to
from tests.volto.people import log_in

import pytest
import transaction


pytestmark = [pytest.mark.volto, pytest.mark.whole_pages]

BLOCK = {"@type": "recentActivity", "lines": 50}


@pytest.fixture
def site(portal, one_by_one):
    # The folders of the stories are not in Volto's list of types.
    portal.portal_types["Folder"].global_allow = True
    with without_site_actions():
        fill(portal)
    portal.blocks = {"block": BLOCK}
    portal.blocks_layout = {"items": ["block"]}
    transaction.commit()


class Reader:
    """A user with a browser without JavaScript, and the HTML that it got."""

    def __init__(self, page, address, person):
        self._requests, self._address = page.request, address
        self.answers = []
        if person != "anonymous":
            log_in(page, address, person)

    def read(self, path):
        response = self._requests.get(f"{self._address}{path}")
        self.answers.append(response.text())
        assert response.status == 200, path
        return html.fromstring(self.answers[-1])


def lines(document, part):
    for line in document.cssselect(f"{part} .activity-sentence"):
        yield parsed(" ".join(line.text_content().split()))


def pages(reader, path):
    while path:
        document = reader.read(path)
        yield from lines(document, "#activity-list")
        older = document.cssselect("#activity-list a[rel=next]")
        path = older[0].get("href") if older else None


def test_each_page_shows_what_a_user_can_view(site, open_page, address):
    for person in PEOPLE:
        reader = Reader(open_page(), address, person)
        visible = visible_to(person)
        assert sorted(pages(reader, "/@@activity")) == visible, person
        for part in (".block.recentActivity", ".activity-recent"):
            shown = list(lines(reader.read("/"), part))
            assert set(shown) <= set(visible), person
            assert len(shown) >= min(50, len(visible)), person
        reader.read("/@@activity-calendar")
        answers = "\n".join(reader.answers)
        # Nor in the data for the browser.
        assert [word for word in hidden_from(person) if word in answers] == [], person
        shown = {word for word in DETAILS if word in answers}
        expected = {word for word in DETAILS if person in DETAILS[word]}
        assert shown == expected, person
