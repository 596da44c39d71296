"""Checking out, editing the working copy, checking in, and giving it up."""

from .clients import each
from .clients.client import PIXEL
from .expected import change
from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLIC
from .expected import PUBLISHED
from collective.appendonly.entry import Source
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.namedfile.file import NamedBlobImage

import pytest
import transaction


COPY = "news/copy_of_party"


@pytest.fixture
def checked_out(client, site, recorded):
    """The page has a working copy beside it."""
    client.check_out("news/party")
    recorded()


def test_checking_out(client, site, recorded):
    client.check_out("news/party")
    assert site["news"].objectIds() == ["party", "copy_of_party"]
    assert recorded() == only(entry("checked_out", "news/party"))


def test_editing_the_working_copy(client, checked_out, recorded):
    client.edit(COPY, title="Ball")
    edited = entry("edited", COPY, "Ball", fields=("title",), source="news/party")
    assert recorded() == only(edited)


def test_publishing_the_working_copy(client, checked_out, recorded):
    client.transition(COPY, "publish")
    published = entry("transitioned", COPY, "Party", **PUBLISHED, source="news/party")
    assert recorded() == only(published)


def test_checking_in_names_what_is_changed_of_the_original(client, site, recorded):
    client.check_out("news/party")
    client.edit(COPY, title="Ball")
    client.edit(COPY, description="With a band")
    recorded()
    client.check_in(COPY)
    assert site["news"].objectIds() == ["party"]
    fields = ("description", "title")
    assert recorded() == only(entry("checked_in", "news/party", "Ball", fields=fields))


def test_checking_in_what_was_not_edited(client, checked_out, recorded):
    client.check_in(COPY)
    assert recorded() == only(entry("checked_in", "news/party"))


@pytest.mark.parametrize("name", each("api", "classic"))
def test_checking_in_with_a_message(clients, name, site, recorded):
    client = clients(name)
    client.check_out("news/party")
    recorded()
    client.check_in(COPY, "As agreed")
    assert recorded() == only(entry("checked_in", "news/party", comment="As agreed"))


def test_cancelling(client, site, recorded):
    client.check_out("news/party")
    client.edit(COPY, title="Ball")
    recorded()
    client.cancel_checkout(COPY)
    assert site["news"].objectIds() == ["party"]
    assert recorded() == only(entry("checkout_cancelled", "news/party"))


def test_deleting_the_working_copy_cancels(client, checked_out, recorded):
    client.delete(COPY)
    assert recorded() == only(entry("checkout_cancelled", "news/party"))


def test_deleting_the_working_copy_in_the_contents_view_cancels(
    checked_out, contents, recorded
):
    contents.delete(COPY)
    assert recorded() == only(entry("checkout_cancelled", "news/party"))


def test_deleting_the_folder_of_the_working_copy_cancels(python, site, recorded):
    python.check_out("news/party", "archive")
    recorded()
    python.delete("archive")
    cancelled = entry("checkout_cancelled", "news/party")
    removed = folder("removed", "archive", descendants=1)
    assert recorded() == only(cancelled, removed)


def test_deleting_the_folder_of_both_removes_them(python, site, recorded):
    python.check_out("news/party")
    recorded()
    python.delete("news")
    removed = folder("removed", "news", descendants=2)
    assert recorded() == only(removed)


def test_the_actor_is_the_current_user(client, clients, checked_out, recorded):
    admin = clients("rest", SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    admin.check_in(COPY)
    checked_in = entry("checked_in", "news/party")
    assert recorded() == only(checked_in, actor=SITE_OWNER_NAME)


def test_readers_of_the_original_do_not_see_where_the_copy_is(client, site, recorded):
    client.transition("news/party", "publish")
    recorded()
    client.check_out("news/party")
    assert recorded() == only(entry("checked_out", "news/party", principals=PUBLIC))
    client.edit(COPY, title="Ball")
    original = Source("news/party", PUBLIC)
    edited = entry("edited", COPY, "Ball", fields=("title",), source=original)
    assert recorded() == only(edited)
    client.check_in(COPY)
    assert recorded() == only(
        entry("checked_in", "news/party", "Ball", principals=PUBLIC, fields=("title",))
    )


def test_the_working_copy_of_an_original_that_is_moved_with_its_folder(
    python, site, recorded
):
    """Alone it can't be moved: it is locked."""
    python.check_out("news/party", "archive")
    recorded()
    python.rename("news", "past")
    recorded()
    python.edit("archive/party", title="Ball")
    edited = entry(
        "edited", "archive/party", "Ball", fields=("title",), source="past/party"
    )
    assert recorded() == only(edited)
    python.check_in("archive/party")
    checked_in = entry("checked_in", "past/party", "Ball", fields=("title",))
    assert recorded() == only(checked_in)


def test_moving_the_working_copy(python, site, recorded):
    python.check_out("news/party")
    recorded()
    python.move(COPY, "archive")
    moved = entry("moved", "archive/copy_of_party", "Party", source=COPY)
    assert recorded() == only(moved)


def test_a_working_copy_that_has_lost_its_original(python, site, recorded):
    python.check_out("news/party", "archive")
    recorded()
    python.delete("news")
    removed = folder("removed", "news", descendants=1)
    assert recorded() == only(removed)
    python.edit("archive/party", title="Ball")
    edited = entry("edited", "archive/party", "Ball", fields=("title",))
    assert recorded() == only(edited)


def test_a_copy_of_the_working_copy_is_a_page_of_its_own(python, site, recorded):
    python.check_out("news/party")
    recorded()
    python.copy(COPY, "archive")
    [name] = site["archive"].objectIds()
    copied = entry("copied", f"archive/{name}", "Party", source=COPY)
    assert recorded() == only(copied)
    python.delete(f"archive/{name}")
    assert recorded() == only(entry("removed", f"archive/{name}", "Party"))


def test_an_image_is_only_named_if_it_is_another_one(python, site, add, recorded):
    """Checking out makes a copy of it, and checking in puts that in its place."""
    page = add("news/fence", "News Item")
    page.image = NamedBlobImage(PIXEL, filename="fence.png")
    recorded()
    python.check_out("news/fence")
    python.edit("news/copy_of_fence", title="Wall")
    recorded()
    python.check_in("news/copy_of_fence")
    checked_in = entry("checked_in", "news/fence", "Wall", "News Item")
    assert recorded() == only({**checked_in, "fields": ("title",)})
    python.check_out("news/fence")
    # Browsers ignore what comes after the end of an image.
    image = NamedBlobImage(PIXEL[:-1] + b"!", filename="fence.png")
    python.edit("news/copy_of_fence", image=image)
    recorded()
    python.check_in("news/copy_of_fence")
    assert recorded() == only({**checked_in, "fields": ("image",)})


def test_in_one_transaction_with_publishing_the_message_is_kept(python, site, recorded):
    python.check_out("news/party")
    recorded()
    transaction.begin()
    page, commit = site["news"]["party"], transaction.commit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "commit", lambda: None)
        python.check_in(COPY, "As agreed")
        api.content.transition(page, "publish")
    commit()
    done = entry(
        "checked_in transitioned", "news/party", comment="As agreed", **PUBLISHED
    )
    assert recorded() == only(done)


@pytest.fixture
def lockable_folders(site):
    """Folders can only be checked out in the user interface if they can be locked."""
    behaviors = site.portal_types["Folder"].behaviors
    site.portal_types["Folder"].behaviors = (*behaviors, "plone.locking")


def test_a_folder_is_checked_out_without_its_content(
    client, site, lockable_folders, recorded
):
    recorded()
    client.check_out("news")
    assert site["working_copy_of_news"].objectIds() == []
    assert recorded() == only(folder("checked_out", "news"))
    client.cancel_checkout("working_copy_of_news")
    assert recorded() == only(folder("checkout_cancelled", "news"))


def test_what_is_added_to_the_working_copy_of_a_folder_moves_in(
    client, site, lockable_folders, recorded
):
    recorded()
    client.check_out("news")
    client.add_page("working_copy_of_news", "Ball")
    _, added = recorded()
    assert added == change(entry("created", "working_copy_of_news/ball"))
    client.check_in("working_copy_of_news")
    moved = entry("moved", "news/ball", source="working_copy_of_news/ball")
    assert recorded() == only(folder("checked_in", "news"), moved)


def test_the_site_itself(python, site, recorded):
    python.check_out("")
    home = entry("checked_out", "", "Plone site", "Plone Site", PUBLIC)
    assert recorded() == only(home)
    python.cancel_checkout("working_copy_of_plone")
    cancelled = {**home, "actions": ("checkout_cancelled",)}
    assert recorded() == only(cancelled)
