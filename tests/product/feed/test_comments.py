"""Visibility of comments: a table of users, pages and actions on comments."""

from collective.appendonly.feed import feed
from collective.appendonly.interfaces import SETTINGS_PREFIX
from DateTime import DateTime
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.testing import applyProfile
from plone.uuid.interfaces import IUUID
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import reading
from zope.component import createObject

import pytest
import transaction


REVIEWED = "comment_review_workflow"
PEOPLE = ("anonymous", "member", "author", "reader", "reviewer", "admin")
COMMENTS = ("commented", "replied", "comment_")


def fill(portal):
    applyProfile(portal, "plone.app.discussion:default")
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.audience", "everybody")
    for name in PEOPLE[1:-1]:
        api.user.create(f"{name}@example.org", name, "correct horse battery")
    api.user.grant_roles("reviewer", roles=["Reviewer"])
    for name in ("public", "private"):
        api.content.create(portal, "Document", name, title=name.title())
    api.content.transition(portal["public"], "publish")
    api.user.grant_roles("reader", roles=["Reader"], obj=portal["private"])
    portal["private"].reindexObjectSecurity()


functional = database_of(site_with(fill))


@pytest.fixture
def site(portal):
    """A site with a public and a private page, users, and a log for everybody."""
    return portal


def moderate_comments():
    workflows = api.portal.get_tool("portal_workflow")
    workflows.setChainForPortalTypes(["Discussion Item"], REVIEWED)


def write(page, **attributes):
    """Write a comment as the author. Return it."""
    with api.env.adopt_user("author"):
        comment = createObject("plone.Comment")
        for name, value in {"creator": "author", "text": "Hi", **attributes}.items():
            setattr(comment, name, value)
    conversation = IConversation(page)
    number = conversation.addComment(comment)
    transaction.commit()
    return conversation[number]


def moderate(comment, *transitions):
    for transition in transitions:
        api.content.transition(comment, transition)
        transaction.commit()


def remove(comment):
    del comment.aq_parent[comment.getId()]
    transaction.commit()


def seen(context, person):
    """Return the entries about comments that *person* can view, oldest first."""
    transaction.commit()
    with reading(person):
        return [
            entry
            for item in reversed(feed(context, limit=100).items)
            for entry in item.entries
            if entry.actions[0].startswith(COMMENTS)
        ]


def readers(context):
    """Return the users that see each action on comments, in order."""
    found = {}
    for person in PEOPLE:
        for entry in seen(context, person):
            found.setdefault(entry.actions[0], []).append(person)
    return {action: " ".join(people) for action, people in found.items()}


EVERYBODY = " ".join(PEOPLE)
STAFF = "author reviewer admin"

#: What happens to a comment, the actions on it, and who sees each action: first of the comment on
#: the public page, then of that on the private one. "moderated" comments wait for a reviewer.
STORIES = [
    ("", "commented", [EVERYBODY], ["reader admin"]),
    ("moderated", "commented", [STAFF], ["admin"]),
    (
        "moderated publish",
        "commented comment_published",
        [STAFF, EVERYBODY],
        ["admin", "reader admin"],
    ),
    # Only reviewers see it, as on the page.
    *(
        (
            f"moderated publish {refuse}",
            "commented comment_published comment_hidden",
            ["reviewer admin"] * 3,
            ["admin"] * 3,
        )
        for refuse in ("reject", "mark_as_spam")
    ),
    (
        "moderated publish recall",
        "commented comment_published comment_hidden",
        [STAFF] * 3,
        ["admin"] * 3,
    ),
    ("remove", "commented comment_removed", [EVERYBODY] * 2, ["reader admin"] * 2),
    ("moderated remove", "commented comment_removed", [STAFF] * 2, ["admin"] * 2),
]


@pytest.mark.parametrize("page", ["public", "private"])
@pytest.mark.parametrize(
    "story, actions, public, private", STORIES, ids=[story for story, *_ in STORIES]
)
def test_who_sees_a_comment(site, page, story, actions, public, private):
    steps = story.split()
    if "moderated" in steps:
        moderate_comments()
    comment = write(site[page])
    for step in steps:
        if step == "remove":
            remove(comment)
        elif step != "moderated":
            moderate(comment, step)
    people = {"public": public, "private": private}[page]
    assert readers(site) == dict(zip(actions.split(), people, strict=True))


def test_hidden_replies_are_not_counted(site):
    moderate_comments()
    comment = write(site["public"])
    moderate(comment, "publish")
    for transitions in (["publish"], ["publish"], []):
        answer = write(site["public"], in_reply_to=comment.comment_id)
        moderate(answer, *transitions)
    remove(comment)
    counts = {person: seen(site, person)[-1].descendants for person in PEOPLE}
    assert counts == {
        "anonymous": 2,
        "member": 2,
        "author": 3,
        "reader": 2,
        "reviewer": 3,
        "admin": 3,
    }


def test_a_page_that_becomes_private_takes_its_comments_along(site):
    write(site["public"])
    api.content.transition(site["public"], "retract")
    assert readers(site) == {"commented": "admin"}


def test_a_page_that_becomes_public_does_not_disclose_older_comments(site):
    write(site["private"])
    api.content.transition(site["private"], "publish")
    assert readers(site) == {"commented": "author reader admin"}


def test_comments_do_not_disclose_a_removed_private_page(site):
    """With the default workflow, the catalog lists comments to everybody."""
    write(site["private"])
    api.content.delete(site["private"])
    assert readers(site) == {"commented": "author reader admin"}


def test_a_public_page_that_is_removed(site):
    write(site["public"])
    api.content.delete(site["public"])
    assert readers(site) == {"commented": EVERYBODY}
    assert seen(site, "member")[0].is_gone


def test_comments_can_be_hidden_from_anonymous_users(site):
    write(site["public"])
    site.manage_permission("View comments", ["Authenticated"])
    assert readers(site) == {"commented": "member author reader reviewer admin"}


def test_comments_can_be_hidden_in_a_folder(site):
    folder = api.content.create(site, "Folder", "folder", title="Folder")
    page = api.content.create(folder, "Document", "talk", title="Talk")
    for obj in (folder, page):
        api.content.transition(obj, "publish")
    write(page)
    write(site["public"])
    folder.manage_permission("View comments", ["Manager"])
    assert [entry.title for entry in seen(site, "member")] == ["Public"]
    assert [entry.title for entry in seen(site, "admin")] == ["Talk", "Public"]


def test_comments_on_a_scheduled_page_do_not_disclose_it_once_it_is_removed(site):
    site["public"].effective_date = DateTime() + 100
    write(site["public"])
    api.content.delete(site["public"])
    assert readers(site) == {"commented": "admin"}


def test_owners_see_comments_on_their_expired_page(site):
    site["public"].manage_setLocalRoles("reader", ["Owner"])
    write(site["public"])
    site["public"].expiration_date = DateTime() - 1
    site["public"].reindexObject()
    for brain in site.portal_catalog.unrestrictedSearchResults(
        portal_type="Discussion Item"
    ):
        brain.getObject().reindexObject()
    assert readers(site) == {"commented": "reader admin"}


def test_a_comment_belongs_to_its_page_only(site):
    write(site["public"])
    assert readers(site["public"]) == {"commented": EVERYBODY}
    assert readers(site["private"]) == {}


def test_a_comment_has_its_id_until_it_is_removed(site):
    comment = write(site["public"])
    uid, number = IUUID(comment), comment.getId()
    [entry] = seen(site, "member")
    assert (entry.title, entry.url) == ("Public", site["public"].absolute_url())
    assert (entry.discussion_item, entry.comment_id) == (uid, number)
    remove(comment)
    assert [
        (entry.discussion_item, entry.comment_id) for entry in seen(site, "member")
    ] == [(uid, None), (uid, None)]


def test_many_comments_take_no_more_catalog_queries(site, asked):
    comments = [write(site["public"]) for _ in range(20)]
    for comment in comments[::3]:
        remove(comment)
    asked.clear()
    assert len(seen(site, "member")) == 27
    assert len(asked) <= 4


def test_comment_without_a_workflow_is_visible(site):
    workflows = api.portal.get_tool("portal_workflow")
    workflows.setChainForPortalTypes(["Discussion Item"], ())
    write(site["public"])
    assert [entry.actions for entry in seen(site, "member")] == [("commented",)]
