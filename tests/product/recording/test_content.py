"""Adding, editing and deleting content."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLIC
from plone import api
from plone.app.linkintegrity.exceptions import LinkIntegrityNotificationException

import pytest


# Adding


def test_adding_a_page(client, site, recorded):
    client.add_page("news", "Garden Fence")
    assert recorded() == only(entry("created", "news/garden-fence", "Garden Fence"))


def test_adding_a_page_at_the_top_of_the_site(client, site, recorded):
    client.add_page("", "Imprint")
    assert recorded() == only(entry("created", "imprint"))


def test_adding_a_folder(client, site, recorded):
    client.add_folder("news", "Garden")
    assert recorded() == only(folder("created", "news/garden"))


def test_adding_a_file(client, site, recorded):
    client.add_file("news", "minutes.txt")
    assert recorded() == only(
        entry("created", "news/minutes.txt", "minutes.txt", "File")
    )


def test_adding_an_image(client, site, recorded):
    client.add_image("news", "fence.png")
    assert recorded() == only(entry("created", "news/fence.png", "fence.png", "Image"))


@pytest.mark.parametrize("portal_type", ["News Item", "Event", "Link", "Collection"])
def test_adding_content_of_another_type(site, recorded, portal_type):
    api.content.create(site["news"], portal_type, title="Fence")
    assert recorded() == only(entry("created", "news/fence", portal_type=portal_type))


def test_adding_content_under_an_id_that_is_given(site, add, recorded):
    add("news/fence")
    assert recorded() == only(entry("created", "news/fence"))


def test_adding_several_pages_at_once(site, add, recorded):
    add("news/one")
    add("news/two")
    assert recorded() == only(
        entry("created", "news/one"), entry("created", "news/two")
    )


def test_adding_a_folder_with_content(site, add, recorded):
    add("news/garden", "Folder")
    add("news/garden/fence")
    assert recorded() == only(
        folder("created", "news/garden"), entry("created", "news/garden/fence")
    )


@pytest.mark.parametrize("button", ["cancel", "save"])
def test_leaving_the_form_empty_adds_nothing(classic, site, recorded, button):
    """Saving it is an error: the title is required."""
    classic.open("news", "++add++Document")
    classic.fill(button)
    assert recorded() == []


# Editing


def test_editing_the_title(client, site, recorded):
    client.edit("news/party", title="Feast")
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=("title",)))


def test_editing_the_text(client, site, recorded):
    client.edit("news/party", text="<p>Hello again</p>")
    assert recorded() == only(entry("edited", "news/party", fields=("text",)))


def test_editing_several_fields(client, site, recorded):
    client.edit("news/party", title="Feast", description="New", text="<p>Bye</p>")
    assert recorded() == only(
        entry("edited", "news/party", "Feast", fields=("description", "text", "title"))
    )


def test_editing_a_folder(client, site, recorded):
    client.edit("news", title="Old News")
    assert recorded() == only(folder("edited", "news", "Old News", fields=("title",)))


def test_replacing_a_file(client, site, recorded):
    client.add_file("news", "minutes.txt")
    recorded()
    client.replace_file("news/minutes.txt", b"two")
    assert recorded() == only(
        entry("edited", "news/minutes.txt", "minutes.txt", "File", fields=("file",))
    )


# What is no edit, though it may fire modified events


@pytest.mark.large
def test_looking_at_content(classic, site, recorded):
    for view in ("", "view", "edit", "object_rename", "sharing", "@@historyview"):
        classic.open("news/party", view)
    for view in ("folder_contents", "@@manage-viewlets"):
        classic.open("news", view)
    assert recorded() == []


def test_cancelling_an_edit(classic, site, recorded):
    classic.open("news/party", "edit")
    classic.fill("cancel")
    assert recorded() == []


def test_an_edit_form_with_an_error(classic, site, recorded):
    classic.edit("news/party", title="")
    assert "There were some errors" in classic.browser.contents
    assert recorded() == []


def test_creating_users_and_groups(site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    api.group.create("gardeners")
    api.group.add_user(groupname="gardeners", username="joan")
    api.user.delete("joan")
    assert recorded() == []


# Deleting


def test_deleting_a_page(any_client, site, recorded):
    any_client.delete("news/party")
    assert recorded() == only(entry("removed", "news/party"))


def test_deleting_a_published_page(any_client, site, recorded):
    api.content.transition(site["news"]["party"], "publish")
    recorded()
    any_client.delete("news/party")
    assert recorded() == only(entry("removed", "news/party", principals=PUBLIC))


def test_deleting_a_file(site, add, recorded):
    add("news/minutes", "File")
    recorded()
    api.content.delete(site["news"]["minutes"])
    assert recorded() == only(entry("removed", "news/minutes", portal_type="File"))


def test_deleting_an_empty_folder(site, recorded):
    api.content.delete(site["archive"])
    assert recorded() == only(folder("removed", "archive"))


def test_deleting_a_folder_with_content(any_client, site, add, recorded):
    add("news/garden", "Folder")
    add("news/garden/fence")
    recorded()
    any_client.delete("news")
    assert recorded() == only(folder("removed", "news", descendants=3))


def test_deleting_several_pages_at_once(clients, site, add, recorded):
    add("news/fence")
    recorded()
    clients("contents").delete("news/fence", "news/party")
    [change_set] = recorded()
    assert sorted(change_set["entries"], key=lambda found: found["path"]) == [
        entry("removed", "news/fence"),
        entry("removed", "news/party"),
    ]


def test_deleting_a_folder_and_the_page_inside_that_was_selected_too(site, recorded):
    api.content.delete(objects=[site["news"]["party"], site["news"]])
    assert recorded() == only(entry("removed", "news/party"), folder("removed", "news"))


@pytest.fixture
def linked(clients, site, add, recorded):
    """A page to which another links in its text, and a third one as a related item."""
    uid = api.content.get_uuid(site["news"]["party"])
    clients("rest").add_page("", "Link", f'<p><a href="resolveuid/{uid}">Party</a></p>')
    api.relation.create(add("related"), site["news"]["party"], "relatedItems")
    recorded()
    assert len(api.relation.get(target=site["news"]["party"])) == 2
    return "news/party"


def test_deleting_a_page_others_link_to(any_client, linked, recorded):
    any_client.delete(linked)
    assert recorded() == only(entry("removed", linked, "Party"))


def test_deleting_a_folder_with_a_page_others_link_to(any_client, linked, recorded):
    any_client.delete("news")
    assert recorded() == only(folder("removed", "news", descendants=1))


def test_a_deletion_refused_for_the_links_is_not_recorded(linked, site, recorded):
    with pytest.raises(LinkIntegrityNotificationException):
        api.content.delete(site["news"]["party"], check_linkintegrity=True)
    assert recorded() == []


def test_asking_for_confirmation_deletes_nothing(classic, site, recorded):
    classic.open("news", "delete_confirmation")
    classic.fill("Cancel")
    assert recorded() == []
