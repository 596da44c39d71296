"""What happened on the site that is asked: much that all may see, and much that they may not.

All that is secret has the word MARK in its titles, ids and names, which no answer may contain. Names
of people are not for visitors: those have the word NAME, for the same purpose.
"""

from collective.appendonly.recording import record
from contextlib import contextmanager
from plone import api
from plone.app.discussion.interfaces import IConversation
from tests.fuzz.words import MARK
from tests.fuzz.words import MEMBER
from tests.fuzz.words import NAME
from tests.fuzz.words import PASSWORD
from zope.component import createObject
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import transaction


EDITOR = NAME
GHOST = f"{MARK}-ghost"


def tell(site) -> None:
    """Let it happen, each deed in a transaction of its own."""
    _people()
    _public(site)
    _secret(site)
    _mixed(site)


@contextmanager
def _deed(user_id):
    transaction.begin()
    with api.env.adopt_user(username=user_id):
        yield
    transaction.commit()


def _people():
    people = {
        MEMBER: ("A member", ["Member"]),
        EDITOR: (f"{NAME} Miller", ["Member", "Contributor", "Editor", "Reviewer"]),
        GHOST: (f"{MARK} Ghost", ["Member", "Contributor", "Editor", "Reviewer"]),
    }
    for user_id, (name, roles) in people.items():
        api.user.create(
            username=user_id,
            email="somebody@example.org",
            password=PASSWORD,
            properties={"fullname": name},
            roles=roles,
        )
    transaction.commit()
    with _deed("admin"):
        api.group.create(f"{MARK}-group")
    with _deed("admin"):
        api.group.add_user(f"{MARK}-group", username=GHOST)


def _public(site):
    with _deed(EDITOR):
        garden = api.content.create(site, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    for number in range(30):
        with _deed(EDITOR):
            page = api.content.create(
                garden, "Document", f"bed-{number}", title=f"Bed & <b>{number}</b>"
            )
            api.content.transition(page, "publish")
        with _deed(EDITOR):
            _retitle(page, f"Bed „{number}“ 🌱")
    with _deed(EDITOR):
        api.content.delete(garden["bed-29"])
    with _deed(EDITOR):
        api.content.move(garden["bed-28"], site, id="party")
    with _deed(EDITOR):
        for number in range(10):
            api.content.transition(garden[f"bed-{number}"], "retract")
    with _deed(EDITOR):
        record(site["party"], "downloaded", half="\ud83c", count=3)
    with _deed(EDITOR):
        IConversation(site["party"]).addComment(_comment("What a party!"))


def _secret(site):
    with _deed(GHOST):
        # The id is in addresses that are asked for.
        vault = api.content.create(site, "Folder", "vault", title=f"{MARK} vault")
    for number in range(20):
        with _deed(GHOST):
            page = api.content.create(
                vault, "Document", f"{MARK}-{number}", title=f"{MARK} plan {number}"
            )
        with _deed(GHOST):
            _retitle(page, f"{MARK} plan B {number}")
    with _deed(GHOST):
        api.content.delete(vault[f"{MARK}-19"])
    with _deed(GHOST):
        api.content.rename(vault[f"{MARK}-18"], f"{MARK}-renamed")
    with _deed(GHOST):
        record(vault[f"{MARK}-17"], "downloaded", **{MARK: MARK})
    with _deed(GHOST):
        IConversation(vault[f"{MARK}-16"]).addComment(_comment(MARK))


def _mixed(site):
    """What is public today and was secret, the other way round, and both at once."""
    vault, garden = site["vault"], site["garden"]
    with _deed(GHOST):
        page = api.content.move(vault[f"{MARK}-15"], garden, id="once-secret")
        # Plone itself tells members who is the author of a page that they may see.
        page.creators = (EDITOR,)
        _retitle(page, "Once secret")
    with _deed(EDITOR):
        api.content.transition(page, "publish")
    with _deed(EDITOR):
        page = api.content.create(garden, "Document", "once-public", title="Public")
        api.content.transition(page, "publish")
    with _deed(EDITOR):
        api.content.transition(page, "retract")
    with _deed(GHOST):
        api.content.rename(page, f"{MARK}-public")
        _retitle(garden[f"{MARK}-public"], f"{MARK} today")
    with _deed(EDITOR):
        # A large one, half of which is to be seen.
        for number in range(40):
            secret = number % 2
            name = f"{MARK}-large-{number}" if secret else f"large-{number}"
            page = api.content.create(garden, "Document", name, title=name)
            if not secret:
                api.content.transition(page, "publish")
    with _deed(EDITOR):
        api.content.delete(site["garden"]["large-0"])
    with _deed(GHOST):
        page = api.content.create(site, "Document", f"{MARK}-last", title=MARK)


def _retitle(page, title):
    page.title = title
    notify(ObjectModifiedEvent(page, Attributes(None, "IDublinCore.title")))
    page.reindexObject(idxs=["Title"])


def _comment(text):
    comment = createObject("plone.Comment")
    comment.text = text
    comment.creator = api.user.get_current().getId()
    return comment
