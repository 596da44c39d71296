"""WebDAV, whose MOVE puts a copy in the place of an object, and code that replaces objects."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from plone import api
from plone.dexterity.utils import addContentToContainer
from plone.dexterity.utils import createContent
from plone.uuid.interfaces import ATTRIBUTE_NAME
from zope.lifecycleevent import modified

import pytest
import transaction


@pytest.fixture
def move(classic, site):
    """Move an object with a WebDAV client."""

    def move(path, destination, **headers):
        transaction.commit()
        answer = classic.browser.testapp.request(
            classic.url(path),
            method="MOVE",
            headers={
                "Authorization": classic.credentials,
                "Destination": f"{classic.url('')}/{destination}",
                **headers,
            },
        )
        assert answer.status_int in (201, 204)
        transaction.begin()

    return move


def test_moving_a_page(move, site, recorded):
    uid = site["news"]["party"].UID()
    move("news/party", "archive/party")
    assert site["archive"]["party"].UID() == uid
    assert recorded() == only(entry("moved", "archive/party", source="news/party"))


def test_renaming_a_page(move, site, recorded):
    move("news/party", "news/feast")
    assert recorded() == only(
        entry("renamed", "news/feast", "Party", source="news/party")
    )


def test_moving_a_folder_with_content(move, site, recorded):
    move("news", "archive/news")
    assert recorded() == only(
        folder("moved", "archive/news", source="news", descendants=1)
    )


def test_moving_a_page_in_the_place_of_another(move, site, add, recorded):
    add("archive/party")
    recorded()
    move("news/party", "archive/party", Overwrite="T")
    [change_set] = recorded()
    assert sorted(
        (found["actions"], found["path"]) for found in change_set["entries"]
    ) == [(("moved",), "archive/party"), (("removed",), "archive/party")]


NEW_TITLE = b"""<propertyupdate xmlns="DAV:"><set><prop>
<title xmlns="http://www.zope.org/propsets/default">Feast</title>
</prop></set></propertyupdate>"""


def test_properties_that_plone_does_not_reindex_are_not_recorded(
    classic, site, recorded
):
    """The title is another one, but not in the catalog and so not in listings."""
    transaction.commit()
    answer = classic.browser.testapp.request(
        classic.url("news/party"),
        method="PROPPATCH",
        headers={"Authorization": classic.credentials},
        body=NEW_TITLE,
    )
    assert answer.status_int == 207
    transaction.begin()
    assert site["news"]["party"].title == "Feast"
    [brain] = site.portal_catalog(UID=site["news"]["party"].UID())
    assert brain.Title == "Party"
    assert recorded() == []


def test_an_object_that_is_replaced_is_edited(site, page, recorded):
    """As a migration does it, which keeps the UID."""
    uid = page.UID()
    api.content.delete(page)
    other = createContent("News Item", id="party", title="Feast", language="en")
    setattr(other, ATTRIBUTE_NAME, uid)
    addContentToContainer(site["news"], other)
    setattr(site["news"]["party"], ATTRIBUTE_NAME, uid)
    site["news"]["party"].reindexObject()
    assert recorded() == only(
        entry("edited", "news/party", "Feast", "News Item", PRIVATE)
    )


def test_an_object_that_is_taken_out_and_put_back_is_as_it_was(site, page, recorded):
    news = site["news"]
    base = page.aq_base
    news._delObject("party")
    news._setObject("party", base)
    assert recorded() == []
    modified(news["party"])
    assert recorded() == only(entry("edited", "news/party"))
