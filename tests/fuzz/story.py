"""The activity on the site that is fuzzed: half of it is public, half of it is secret.

All secret titles, ids and names contain the word MARK, which must be in no response. The names of
users contain the word NAME, which must be in no response to anonymous users.
"""

from collective.appendonly.recording import record
from plone import api
from plone.app.discussion.interfaces import IConversation
from tests.fuzz.words import MARK
from tests.fuzz.words import MEMBER
from tests.fuzz.words import NAME
from tests.product.people import acting
from tests.product.people import add_person
from zope.component import createObject
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import transaction


EDITOR = NAME
GHOST = f"{MARK}-ghost"


def tell(site) -> None:
    """Do everything, each action in a transaction of its own."""
    _people()
    _public(site)
    _secret(site)
    _mixed(site)


def _people():
    add_person(MEMBER, "A member")
    add_person(EDITOR, f"{NAME} Miller", "Contributor", "Editor", "Reviewer")
    add_person(GHOST, f"{MARK} Ghost", "Contributor", "Editor", "Reviewer")
    transaction.commit()
    with acting("admin"):
        api.group.create(f"{MARK}-group")
    with acting("admin"):
        api.group.add_user(f"{MARK}-group", username=GHOST)


def _public(site):
    with acting(EDITOR):
        garden = api.content.create(site, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    for number in range(30):
        with acting(EDITOR):
            page = api.content.create(
                garden, "Document", f"bed-{number}", title=f"Bed & <b>{number}</b>"
            )
            api.content.transition(page, "publish")
        with acting(EDITOR):
            _retitle(page, f"Bed „{number}“ 🌱")
    with acting(EDITOR):
        api.content.delete(garden["bed-29"])
    with acting(EDITOR):
        api.content.move(garden["bed-28"], site, id="party")
    with acting(EDITOR):
        for number in range(10):
            api.content.transition(garden[f"bed-{number}"], "retract")
    with acting(EDITOR):
        record(site["party"], "downloaded", half="\ud83c", count=3)
    with acting(EDITOR):
        IConversation(site["party"]).addComment(_comment("What a party!"))


def _secret(site):
    with acting(GHOST):
        # Requests contain this id.
        vault = api.content.create(site, "Folder", "vault", title=f"{MARK} vault")
    for number in range(20):
        with acting(GHOST):
            page = api.content.create(
                vault, "Document", f"{MARK}-{number}", title=f"{MARK} plan {number}"
            )
        with acting(GHOST):
            _retitle(page, f"{MARK} plan B {number}")
    with acting(GHOST):
        api.content.delete(vault[f"{MARK}-19"])
    with acting(GHOST):
        api.content.rename(vault[f"{MARK}-18"], f"{MARK}-renamed")
    with acting(GHOST):
        record(vault[f"{MARK}-17"], "downloaded", **{MARK: MARK})
    with acting(GHOST):
        IConversation(vault[f"{MARK}-16"]).addComment(_comment(MARK))


def _mixed(site):
    """Content that is public now and was secret, or the reverse, or both at once."""
    vault, garden = site["vault"], site["garden"]
    with acting(GHOST):
        page = api.content.move(vault[f"{MARK}-15"], garden, id="once-secret")
        # Plone shows the author of a page to all members who can view it.
        page.creators = (EDITOR,)
        _retitle(page, "Once secret")
    with acting(EDITOR):
        api.content.transition(page, "publish")
    with acting(EDITOR):
        page = api.content.create(garden, "Document", "once-public", title="Public")
        api.content.transition(page, "publish")
    with acting(EDITOR):
        api.content.transition(page, "retract")
    with acting(GHOST):
        api.content.rename(page, f"{MARK}-public")
        _retitle(garden[f"{MARK}-public"], f"{MARK} today")
    with acting(EDITOR):
        # A large change set, half of which is public.
        for number in range(40):
            secret = number % 2
            name = f"{MARK}-large-{number}" if secret else f"large-{number}"
            page = api.content.create(garden, "Document", name, title=name)
            if not secret:
                api.content.transition(page, "publish")
    with acting(EDITOR):
        api.content.delete(site["garden"]["large-0"])
    with acting(GHOST):
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
