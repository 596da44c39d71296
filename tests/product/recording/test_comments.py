"""Comments. Their entries are about the page that they are on."""

from .clients import each
from .clients.client import new_comment
from .clients.client import rewrite
from .expected import change
from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from .expected import PUBLIC
from .layer import NEWS
from collective.appendonly.entry import encode
from collective.appendonly.entry import plain_text
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone import api
from plone.app.dexterity.behaviors.metadata import IBasic
from plone.app.discussion.interfaces import IConversation
from plone.app.discussion.interfaces import IDiscussionSettings
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.testing import TEST_USER_ID
from plone.testing.zope import Browser
from plone.uuid.interfaces import IUUID
from tests.product.layers import database_of
from tests.product.layers import site_with
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified

import pytest
import transaction


REVIEWERS = ("Manager", "Reviewer", "Site Administrator")
#: Who can view a pending comment: these, and the owners of page and comment.
PENDING = (*REVIEWERS, "user:admin", f"user:{TEST_USER_ID}")


def setting(name, value):
    api.portal.set_registry_record(name, value, interface=IDiscussionSettings)


def allow_comments(site):
    """Allow comments on the page, and allow users to edit their own."""
    setting("globally_enabled", True)
    setting("edit_comment_enabled", True)
    site["news"]["party"].allow_discussion = True


functional = database_of(site_with(allow_comments, NEWS))


@pytest.fixture
def moderated(site, recorded):
    """Comments wait for a reviewer."""
    workflows = api.portal.get_tool("portal_workflow")
    workflows.setChainForPortalTypes(["Discussion Item"], "comment_review_workflow")
    recorded()


@pytest.fixture
def client(request, site, clients):
    """The client that the test names."""
    return clients(request.param)


every_client = pytest.mark.parametrize(
    "client", each("api", "rest", "classic"), indirect=True
)
# Plone's REST API has no transitions of comments.
every_client_of_reviewers = pytest.mark.parametrize(
    "client", each("api", "classic"), indirect=True
)
just_python = pytest.mark.parametrize("client", ["api"], indirect=True)


@pytest.fixture
def numbers(site):
    """Return the numbers of the comments on a page, oldest first."""

    def numbers(path="news/party"):
        transaction.begin()
        return list(IConversation(site.unrestrictedTraverse(path)).keys())

    return numbers


@pytest.fixture
def comment(site, numbers):
    """Return the comment with a number, by default the last one of the page."""

    def comment(number=None):
        return IConversation(site["news"]["party"])[number or numbers()[-1]]

    return comment


@pytest.fixture
def about(comment):
    """Return the entry about a comment of the page: that with a *number*, or the last."""

    def about(actions, principals=PRIVATE, number=None, **others):
        others["discussion_item"] = IUUID(comment(number))
        return entry(actions, "news/party", principals=principals, **others)

    return about


def by_comment(change_sets, uids):
    """Return the entries of the one change set there is, in the order of *uids*."""
    [change_set] = change_sets
    return sorted(
        change_set["entries"], key=lambda found: uids.index(found["discussion_item"])
    )


@pytest.fixture
def thread(site, python, numbers, recorded):
    """Return the numbers of a comment, an answer to it, and an answer to that."""
    python.comment("news/party", "Shall we dance?")
    python.reply("news/party", numbers()[-1], "If you like.")
    python.reply("news/party", numbers()[-1], "I do.")
    recorded()
    return numbers()


@every_client
def test_writing_a_comment(client, about, recorded):
    client.comment("news/party", "Shall we dance?")
    assert recorded() == only(about("commented"))


@every_client
def test_answering_a_comment(client, thread, about, recorded):
    client.reply("news/party", thread[0], "Never.")
    assert recorded() == only(about("replied"))


@every_client
def test_editing_a_comment(client, thread, about, recorded):
    client.edit_comment("news/party", thread[-1], "I don't.")
    assert recorded() == only(about("comment_edited"))


@every_client
def test_saving_a_comment_without_changing_it(client, thread, recorded):
    client.edit_comment("news/party", thread[0], "Shall we dance?")
    assert recorded() == []


@every_client
def test_removing_a_comment(client, thread, about, recorded):
    found = about("comment_removed")
    client.remove_comment("news/party", thread[-1])
    assert recorded() == only(found)


@every_client
def test_removing_a_comment_removes_the_answers_to_it(client, thread, about, recorded):
    removed = about("comment_removed", number=thread[0], descendants=2)
    client.remove_comment("news/party", thread[0])
    assert recorded() == only(removed)


@every_client
def test_a_comment_that_waits_for_a_reviewer(client, moderated, about, recorded):
    client.comment("news/party", "Shall we dance?")
    assert recorded() == only(about("commented", PENDING))


@every_client_of_reviewers
def test_publishing_a_comment(client, moderated, thread, about, recorded):
    client.moderate("news/party", thread[-1], "publish")
    assert recorded() == only(about("comment_published"))


@every_client_of_reviewers
@pytest.mark.parametrize("refuse", ["reject", "mark_as_spam"])
@pytest.mark.parametrize("before", [[], ["publish"]])
def test_refusing_a_comment(client, moderated, thread, about, recorded, refuse, before):
    """In Plone such comments are as visible as the page. In the log only reviewers see them."""
    for transition in before:
        client.moderate("news/party", thread[-1], transition)
    recorded()
    client.moderate("news/party", thread[-1], refuse)
    assert recorded() == only(about("comment_hidden", REVIEWERS))


@every_client_of_reviewers
def test_taking_a_published_comment_back(client, moderated, thread, about, recorded):
    client.moderate("news/party", thread[-1], "publish")
    recorded()
    client.moderate("news/party", thread[-1], "recall")
    assert recorded() == only(about("comment_hidden", PENDING))


@every_client_of_reviewers
def test_reconsidering_a_refused_comment(client, moderated, thread, about, recorded):
    client.moderate("news/party", thread[-1], "reject")
    recorded()
    client.moderate("news/party", thread[-1], "mark_as_spam")
    client.moderate("news/party", thread[-1], "recall")
    assert recorded() == []
    client.moderate("news/party", thread[-1], "reject")
    client.moderate("news/party", thread[-1], "publish")
    assert recorded() == [
        change(about("comment_hidden", REVIEWERS)),
        change(about("comment_published")),
    ]


@every_client_of_reviewers
def test_publishing_comments_at_once(client, moderated, thread, comment, recorded):
    client.moderate_several("news/party", thread, "publish")
    uids = [IUUID(comment(number)) for number in thread]
    assert by_comment(recorded(), uids) == [
        entry("comment_published", "news/party", discussion_item=uid) for uid in uids
    ]


@every_client_of_reviewers
def test_removing_several_comments_at_once(
    client, moderated, thread, numbers, comment, recorded
):
    client.comment("news/party", "Where?")
    recorded()
    removed = [thread[-1], numbers()[-1]]
    uids = [IUUID(comment(number)) for number in removed]
    client.remove_several("news/party", removed)
    assert by_comment(recorded(), uids) == [
        entry("comment_removed", "news/party", principals=PENDING, discussion_item=uid)
        for uid in uids
    ]


@just_python
def test_removing_the_answers_to_a_comment_and_then_the_comment(
    client, thread, about, recorded
):
    removed = about("comment_removed", number=thread[0], descendants=2)
    client.remove_several("news/party", thread[::-1])
    assert recorded() == only(removed)


@just_python
def test_answers_that_wait_are_counted_apart(
    client, moderated, thread, about, recorded
):
    client.moderate("news/party", thread[0], "publish")
    client.moderate("news/party", thread[1], "publish")
    recorded()
    counts = ((1, PRIVATE), (1, PENDING))
    removed = about("comment_removed", number=thread[0], descendants=counts)
    client.remove_comment("news/party", thread[0])
    assert recorded() == only(removed)


@just_python
def test_removing_a_refused_comment(client, moderated, thread, about, recorded):
    client.moderate("news/party", thread[-1], "mark_as_spam")
    recorded()
    found = about("comment_removed", REVIEWERS)
    client.remove_comment("news/party", thread[-1])
    assert recorded() == only(found)


@just_python
def test_a_reviewer_in_one_folder(site, client, moderated, thread, about, recorded):
    site["news"].manage_setLocalRoles("joan", ["Reviewer"])
    site["news"].reindexObjectSecurity()
    recorded()
    client.moderate("news/party", thread[-1], "reject")
    assert recorded() == only(about("comment_hidden", (*REVIEWERS, "user:joan")))


def test_an_anonymous_user_comments(site, functional, classic, about, recorded):
    api.content.transition(site["news"], "publish")
    api.content.transition(site["news"]["party"], "publish")
    setting("anonymous_comments", True)
    recorded()
    classic.browser = Browser(functional["app"])
    classic.comment("news/party", "Shall we dance?", author_name="Joan Doe")
    assert recorded() == only(about("commented", PUBLIC), actor=None)


@just_python
def test_the_actor_of_a_new_comment_is_its_author(client, about, recorded):
    client.comment("news/party", "I'd love to.", creator="joan", author_name="Joan Doe")
    assert recorded() == only(about("commented"), actor="joan")


@just_python
def test_an_imported_comment_of_an_anonymous_user(client, about, recorded):
    client.comment("news/party", "I'd love to.", author_name="Joan Doe")
    assert recorded() == only(about("commented"), actor=None)


@just_python
def test_the_actor_of_an_edit_is_the_current_user(client, numbers, about, recorded):
    client.comment("news/party", "I'd love to.", creator="joan")
    recorded()
    client.edit_comment("news/party", numbers()[0], "I'd rather not.")
    assert recorded() == only(about("comment_edited"))


@just_python
def test_not_a_word_of_a_comment_is_recorded(client, log, thread, recorded):
    client.comment(
        "news/party", "unheard", author_name="unnamed", author_email="un@example.org"
    )
    client.edit_comment("news/party", thread[0], "unheard")
    client.remove_comment("news/party", thread[0])
    assert len(recorded()) == 3
    stored = b"".join(plain_text(encode(found)) for _, found in log.older())
    assert b'"comment_removed"' in stored
    for word in (b"unheard", b"unnamed", b"example.org", b"dance"):
        assert word not in stored


# Several things in one transaction.


@pytest.fixture
def conversation(site):
    return IConversation(site["news"]["party"])


def test_a_comment_that_is_published_at_once(moderated, conversation, about, recorded):
    number = conversation.addComment(new_comment("Shall we dance?"))
    api.content.transition(conversation[number], "publish")
    assert recorded() == only(about("commented"))


def test_a_comment_that_is_written_and_removed(conversation, recorded):
    number = conversation.addComment(new_comment("Shall we dance?"))
    del conversation[number]
    assert recorded() == []


def test_a_comment_that_is_answered_and_removed(conversation, about, recorded):
    number = conversation.addComment(new_comment("Shall we dance?"))
    recorded()
    found = about("comment_removed")
    conversation.addComment(new_comment("Never.", in_reply_to=number))
    del conversation[number]
    assert recorded() == only(found)


def test_a_comment_that_is_edited_and_published(
    moderated, thread, conversation, about, recorded
):
    rewrite(conversation[thread[-1]], "I don't.")
    api.content.transition(conversation[thread[-1]], "publish")
    assert recorded() == only(about("comment_edited comment_published"))


def test_a_comment_that_is_published_and_taken_back(
    moderated, thread, conversation, recorded
):
    api.content.transition(conversation[thread[-1]], "publish")
    api.content.transition(conversation[thread[-1]], "recall")
    assert recorded() == []


def test_a_comment_that_is_edited_there_and_back(thread, conversation, recorded):
    rewrite(conversation[thread[-1]], "I don't.")
    rewrite(conversation[thread[-1]], "I do.")
    assert recorded() == []


def test_a_comment_and_an_edit_of_the_page(site, conversation, about, recorded):
    conversation.addComment(new_comment("Shall we dance?"))
    site["news"]["party"].title = "Ball"
    modified(site["news"]["party"], Attributes(IBasic, "title"))
    retitled = {"title": "Ball"}
    assert recorded() == only(
        {**about("commented"), **retitled},
        entry("edited", "news/party", "Ball", fields=("title",)),
    )


def test_a_comment_on_a_page_that_is_moved(site, thread, conversation, about, recorded):
    conversation.addComment(new_comment("Shall we dance?"))
    api.content.move(site["news"]["party"], site["archive"])
    [number] = set(IConversation(site["archive"]["party"]).keys()) - set(thread)
    uid = IUUID(IConversation(site["archive"]["party"])[number])
    assert recorded() == only(
        entry("commented", "archive/party", discussion_item=uid),
        entry("moved", "archive/party", source="news/party"),
    )


# What happens to the page happens to its comments too, and is not recorded for each.


def test_deleting_a_page_with_comments(any_client, thread, recorded):
    any_client.delete("news/party")
    assert recorded() == only(entry("removed", "news/party"))


def test_deleting_a_folder_with_a_page_with_comments(any_client, thread, recorded):
    any_client.delete("news")
    assert recorded() == only(folder("removed", "news", descendants=1))


def test_removing_a_comment_and_then_its_page(site, thread, conversation, recorded):
    del conversation[thread[0]]
    api.content.delete(site["news"]["party"])
    assert recorded() == only(entry("removed", "news/party"))


def test_commenting_on_a_page_and_deleting_it(site, conversation, recorded):
    conversation.addComment(new_comment("Shall we dance?"))
    api.content.delete(site["news"]["party"])
    assert recorded() == only(entry("removed", "news/party"))


@pytest.mark.parametrize("action, recorded_as", [("move", "moved"), ("copy", "copied")])
def test_moving_or_copying_a_page_with_comments(
    any_client, thread, recorded, action, recorded_as
):
    getattr(any_client, action)("news/party", "archive")
    assert recorded() == only(entry(recorded_as, "archive/party", source="news/party"))


def test_renaming_a_page_with_comments(any_client, thread, recorded):
    any_client.rename("news/party", "ball")
    assert recorded() == only(
        entry("renamed", "news/ball", "Party", source="news/party")
    )


def test_checking_a_page_with_comments_out_and_in(site, thread, recorded):
    """Plone loses the comments, which is not an action of a user."""
    page = site["news"]["party"]
    copy = ICheckinCheckoutPolicy(page).checkout(site["archive"])
    assert recorded() == only(entry("checked_out", "news/party"))
    ICheckinCheckoutPolicy(copy).checkin("")
    assert recorded() == only(entry("checked_in", "news/party"))


def test_commenting_on_the_site(site, recorded):
    number = IConversation(site).addComment(new_comment("Nice site."))
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert (found["actions"], found["path"], found["portal_type"]) == (
        ("commented",),
        "",
        "Plone Site",
    )
    assert found["discussion_item"] == IUUID(IConversation(site)[number])


# Exclusions.


@just_python
@pytest.mark.parametrize(
    "name, value",
    [
        ("actions_left_out", ("commented",)),
        ("types_left_out", ("Document",)),
        ("paths_left_out", ("/news",)),
        ("users_left_out", ("joan",)),
    ],
)
def test_comments_are_excluded(client, recorded, name, value):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
    recorded()
    client.comment("news/party", "Shall we dance?", creator="joan")
    assert recorded() == []


@just_python
def test_after_uninstalling_people_comment_as_before(client, numbers, uninstall):
    uninstall()
    client.comment("news/party", "Shall we dance?")
    client.edit_comment("news/party", numbers()[0], "Shall we?")
    client.remove_comment("news/party", numbers()[0])
    assert numbers() == []
