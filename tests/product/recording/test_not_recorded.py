"""Modified events that are not edits."""

from .expected import change
from .expected import entry
from .expected import folder
from plone import api
from zope.component import createObject

import pytest


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


def test_comments_are_not_counted_with_what_is_deleted(site, comment, recorded):
    recorded()
    api.content.delete(site["news"])
    assert recorded() == [change(folder("removed", "news", descendants=1))]


def test_the_comments_of_a_deleted_page(site, comment, recorded):
    recorded()
    api.content.delete(site["news"]["party"])
    assert recorded() == [change(entry("removed", "news/party"))]


def test_creating_users_and_groups(site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    api.group.create("gardeners")
    api.group.add_user(groupname="gardeners", username="joan")
    api.user.delete("joan")
    assert recorded() == []
