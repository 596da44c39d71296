"""The numbers of the versions that Plone saves are recorded."""

from plone import api
from zope.lifecycleevent import modified

import pytest
import transaction


COPY = "news/copy_of_party"


@pytest.fixture
def repository(site):
    return api.portal.get_tool("portal_repository")


@pytest.fixture
def by_hand(repository):
    """Versions of pages are saved by hand only."""
    repository.removePolicyFromContentType("Document", "at_edit_autoversion")
    transaction.commit()


@pytest.fixture
def last(log):
    """Commit; return the actions of the last entry, and the versions after and before it."""

    def last():
        transaction.commit()
        _, change_set = next(iter(log.older()))
        [entry] = change_set.entries
        return " ".join(entry.actions), entry.version, entry.version_before

    return last


def edit(page, title):
    page.title = title
    modified(page)


def test_each_edit_has_a_version(client, page, last):
    client.edit("news/party", title="Ball")
    assert last() == ("edited", 1, 0)
    client.edit("news/party", text="<p>With a band</p>")
    assert last() == ("edited", 2, 1)
    assert page.version_id == 2


def test_what_is_new_has_none(client, site, last):
    client.add_page("news", "Dance")
    assert last() == ("created", None, None)
    client.copy("news/dance", "archive")
    assert last() == ("copied", None, None)


def test_a_copy_bears_the_number_0_before_that_version_is_saved(client, site, last):
    client.copy("news/party", "archive")
    [name] = site["archive"].objectIds()
    client.edit(f"archive/{name}", title="Ball")
    assert last() == ("edited", None, None)
    client.edit(f"archive/{name}", title="Feast")
    assert last() == ("edited", 1, 0)


def test_types_without_versions_have_none(client, site, last):
    client.edit("news", title="Old News")
    assert last() == ("edited", None, None)
    client.add_file("news", "minutes.txt")
    client.replace_file("news/minutes.txt", b"two")
    assert last() == ("edited", None, None)


def test_a_page_whose_versions_are_turned_off_has_none(client, page, last):
    page.versioning_enabled = False
    transaction.commit()
    client.edit("news/party", title="Ball")
    assert last() == ("edited", None, None)


def test_with_manual_versions_an_edit_has_none(client, page, by_hand, last):
    client.edit("news/party", title="Ball")
    assert last() == ("edited", None, None)


def test_with_manual_versions_a_change_note_saves_one(classic, page, by_hand, last):
    classic.open("news/party", "edit")
    note = {"IDublinCore.title": "Ball", "IVersionable.changeNote": "Renamed"}
    classic.fill("save", **note)
    assert last() == ("edited", 1, 0)


def test_a_page_that_had_no_version_yet(client, site, by_hand, repository, last):
    client.add_page("news", "Dance")
    repository.addPolicyForContentType("Document", "at_edit_autoversion")
    transaction.commit()
    client.edit("news/dance", title="Feast")
    assert last() == ("edited", 0, None)
    client.edit("news/dance", title="Dance")
    assert last() == ("edited", 1, 0)


def test_two_edits_in_one_transaction_save_two_versions(page, last):
    edit(page, "Ball")
    edit(page, "Dance")
    assert last() == ("edited", 2, 0)


def test_a_version_that_is_rolled_back_is_none(page, last):
    edit(page, "Ball")
    savepoint = transaction.savepoint()
    edit(page, "Dance")
    savepoint.rollback()
    assert last() == ("edited", 1, 0)


def test_an_edit_whose_version_is_rolled_back_has_none(page, by_hand, repository, last):
    edit(page, "Ball")
    savepoint = transaction.savepoint()
    repository.save(page)
    savepoint.rollback()
    assert last() == ("edited", None, None)


def test_publishing_has_none(client, page, last):
    client.transition("news/party", "publish")
    assert last() == ("transitioned", None, None)


def test_edited_and_published_at_once(page, last):
    edit(page, "Ball")
    api.content.transition(page, "publish")
    assert last() == ("edited transitioned", 1, 0)


def test_the_first_version_of_all_in_an_edit_with_publishing(
    python, site, by_hand, repository, last
):
    """The number 0 is a number."""
    python.add_page("news", "Dance")
    repository.addPolicyForContentType("Document", "at_edit_autoversion")
    page = site["news"]["dance"]
    edit(page, "Feast")
    api.content.transition(page, "publish")
    assert last() == ("edited transitioned", 0, None)


def test_a_new_name_alone_is_no_edit(client, page, last):
    """Though the forms save a version of it."""
    client.rename("news/party", "ball")
    assert last() == ("renamed", None, None)


def test_a_new_name_with_a_new_title_is_one(client, page, last):
    client.rename("news/party", "ball", "Ball")
    assert last() == ("renamed edited", 1, 0)


def test_tags_set_in_the_contents_view_have_none(page, last):
    page.setSubject(["music"])
    page.reindexObject()
    assert last() == ("edited", None, None)


def test_a_change_without_event_saved_as_a_version_has_one(page, repository, last):
    page.setSubject(["music"])
    page.reindexObject()
    repository.save(page)
    assert last() == ("edited", 1, 0)


@pytest.mark.large
@pytest.mark.parametrize(
    "name, revert, edit",
    [
        # The tool saves no version. Only then doesn't the number follow from the one before.
        ("api", (None, None), (3, 0)),
        ("rest", (3, 2), (4, 3)),
        ("classic", (3, 2), (4, 3)),
    ],
)
def test_reverting(clients, name, page, last, revert, edit):
    client = clients(name)
    client.edit("news/party", title="Ball")
    client.edit("news/party", title="Dance")
    client.revert("news/party", 0)
    assert last() == ("reverted", *revert)
    client.edit("news/party", title="Feast")
    assert last() == ("edited", *edit)


def test_checking_in_saves_two_versions(client, page, last):
    client.edit("news/party", title="Ball")
    client.check_out("news/party")
    assert last() == ("checked_out", None, None)
    client.edit(COPY, title="Dance")
    client.edit(COPY, title="Feast")
    assert last() == ("edited", 1, 0)
    client.check_in(COPY)
    assert last() == ("checked_in", 3, 1)


def test_an_excluded_edit_is_not_revealed_by_its_version(page, configure, last):
    configure(actions_left_out=("edited",))
    edit(page, "Ball")
    api.content.transition(page, "publish")
    assert last() == ("transitioned", None, None)


@pytest.mark.parametrize("before, now", [("a", "b"), ("a", 1), (None, "b"), (1, None)])
def test_a_custom_field_called_version_id(site, before, now, last):
    folder = site["news"]
    folder.version_id = before
    modified(folder)
    transaction.commit()
    folder.version_id = now
    folder.title = "Old News"
    modified(folder)
    assert last() == ("edited", None, None)


def test_deleting_has_none(client, page, last):
    client.edit("news/party", title="Ball")
    client.delete("news/party")
    assert last() == ("removed", None, None)
