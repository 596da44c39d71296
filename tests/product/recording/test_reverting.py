"""Going back to an earlier version, which fires no event."""

from .clients.client import PIXEL
from .expected import entry
from .expected import only
from plone import api
from plone.namedfile.file import NamedBlobImage

import pytest
import transaction


def reverted(version, title, *fields):
    return entry(
        "reverted", "news/party", title, fields=fields, details={"version": version}
    )


def test_to_the_first_version(client, page, recorded):
    client.edit("news/party", title="Ball")
    recorded()
    client.revert("news/party", 0)
    assert page.title == "Party"
    assert recorded() == only(reverted(0, "Party", "title"))


def test_to_a_version_in_between(client, page, recorded):
    client.edit("news/party", title="Ball", description="With a band")
    client.edit("news/party", title="Dance", description="With music")
    client.edit("news/party", title="Feast")
    recorded()
    client.revert("news/party", 1)
    assert (page.title, page.description) == ("Ball", "With a band")
    assert recorded() == only(reverted(1, "Ball", "description", "title"))


def test_twice(client, page, recorded):
    client.edit("news/party", title="Ball")
    client.edit("news/party", title="Dance")
    client.revert("news/party", 1)
    recorded()
    client.revert("news/party", 0)
    assert recorded() == only(reverted(0, "Party", "title"))


def test_after_reverting_edits_are_edits(client, page, recorded):
    client.edit("news/party", title="Ball")
    client.revert("news/party", 0)
    recorded()
    client.edit("news/party", title="Dance")
    edited = entry("edited", "news/party", "Dance", fields=("title",))
    assert recorded() == only(edited)


def test_to_what_it_is_like_already(client, page, recorded):
    client.edit("news/party", title="Ball")
    client.edit("news/party", title="Party")
    recorded()
    client.revert("news/party", 0)
    assert recorded() == []


def test_a_change_without_event_back_to_the_last_version(python, page, recorded):
    """The number of the version stays, so it is recorded as an edit."""
    python.edit("news/party", title="Ball")
    page.title = "Dance"
    page.reindexObject()
    recorded()
    python.revert("news/party", 1)
    edited = entry("edited", "news/party", "Ball", fields=("title",))
    assert recorded() == only(edited)


def test_an_image_is_only_named_if_it_is_another_one(
    python, site, add, recorded, versioned_news
):
    page = add("news/fence", "News Item")
    page.image = NamedBlobImage(PIXEL, filename="fence.png")
    python.edit("news/fence", title="Wall")
    python.edit("news/fence", title="Hedge")
    recorded()
    python.revert("news/fence", page.version_id - 1)
    assert page.title == "Wall"
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["actions"] == ("reverted",)
    assert found["fields"] == ("title",)


@pytest.fixture
def versioned_news(site):
    """News items have a version for each edit."""
    behaviors = site.portal_types["News Item"].behaviors
    assert "plone.versioning" in behaviors
    repository = api.portal.get_tool("portal_repository")
    assert "News Item" in repository.getVersionableContentTypes()


def test_looking_at_a_version_is_none(client, page, recorded):
    client.edit("news/party", title="Ball")
    recorded()
    repository = api.portal.get_tool("portal_repository")
    assert repository.retrieve(page, 0).object.title == "Party"
    assert recorded() == []


def test_a_new_version_of_a_change_without_event_is_no_revert(page, recorded):
    page.title = "Ball"
    page.reindexObject()
    comment = "Reverted to revision 0"
    api.portal.get_tool("portal_repository").save(page, comment)
    edited = entry("edited", "news/party", "Ball", fields=("title",), comment=comment)
    assert recorded() == only(edited)


def test_several_new_versions_of_a_change_without_event_are_no_revert(page, recorded):
    repository = api.portal.get_tool("portal_repository")
    for title in ("Ball", "Dance"):
        page.title = title
        page.reindexObject()
        repository.save(page)
    edited = entry("edited", "news/party", "Dance", fields=("title",))
    assert recorded() == only(edited)


def test_a_revert_that_is_rolled_back_is_none(python, page, recorded):
    python.edit("news/party", title="Ball")
    recorded()
    savepoint = transaction.savepoint()
    api.portal.get_tool("portal_repository").revert(page, 0)
    savepoint.rollback()
    assert page.title == "Ball"
    assert recorded() == []


def test_reverts_can_be_excluded(python, site, page, recorded):
    python.edit("news/party", title="Ball")
    api.portal.set_registry_record(
        "collective.appendonly.actions_left_out", ("reverted",)
    )
    recorded()
    python.revert("news/party", 0)
    assert recorded() == []
