"""What is no edit, though Plone fires events that say so; and what isn't recorded yet."""

from .telling import change
from .telling import entry
from .telling import folder
from .telling import PRIVATE
from plone import api
from zope.component import createObject
from zope.lifecycleevent import modified

import pytest


def test_sharing_a_page(door, site, recorded):
    door.share("news/party")
    assert "AuthenticatedUsers" in site["news"]["party"].__ac_local_roles__
    assert recorded() == []


def test_sharing_the_site(door, site, recorded):
    door.share("")
    assert recorded() == []


@pytest.mark.parametrize("name", ["api", "rest", "contents"])
def test_reordering_a_folder(doors, name, site, add, recorded):
    add("news/fence")
    recorded()
    doors(name).move_to_top("news", "fence")
    assert site["news"].objectIds() == ["fence", "party"]
    assert recorded() == []


def test_editing_the_site(door, site, recorded):
    door.edit("", title="Our Garden", description="Come and see")
    assert site.title == "Our Garden"
    assert recorded() == []


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


@pytest.fixture
def comment(site, recorded):
    """A comment on ``news/party``, with its conversation."""
    discussion = pytest.importorskip("plone.app.discussion.interfaces")
    conversation = discussion.IConversation(site["news"]["party"])
    comment = createObject("plone.Comment")
    comment.text = "See you there"
    comment_id = conversation.addComment(comment)
    return conversation[comment_id]


def test_commenting(comment, recorded):
    assert recorded() == []


def test_editing_a_comment(comment, recorded):
    recorded()
    comment.text = "See you"
    modified(comment)
    assert recorded() == []


def test_answering_and_deleting_comments(comment, recorded):
    recorded()
    conversation = comment.__parent__
    answer = createObject("plone.Comment")
    answer.in_reply_to = comment.comment_id
    conversation.addComment(answer)
    assert recorded() == []
    del conversation[comment.comment_id]
    assert recorded() == []


def test_comments_are_not_counted_with_what_is_deleted(site, comment, recorded):
    recorded()
    api.content.delete(site["news"])
    assert recorded() == [
        change(folder("removed", "news", "News", descendants=((1, PRIVATE),)))
    ]


def test_the_comments_of_a_deleted_page(site, comment, recorded):
    recorded()
    api.content.delete(site["news"]["party"])
    assert recorded() == [change(entry("removed", "news/party", "Party"))]


def test_creating_users_and_groups(site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    api.group.create("gardeners")
    api.group.add_user(groupname="gardeners", username="joan")
    api.user.delete("joan")
    assert recorded() == []


def test_changing_a_setting(site, recorded):
    api.portal.set_registry_record("plone.site_title", "Our Garden")
    assert recorded() == []
