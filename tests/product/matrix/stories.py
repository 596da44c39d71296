"""The actions on the site, and the users who can view them, for all outputs.

Every object has a unique word in its title, so that a page can be searched for what it must not
contain.
"""

from DateTime import DateTime
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from tests.product.people import add_person
from zope.component import createObject
from zope.lifecycleevent import modified

import transaction


#: All readers, with their roles on the whole site.
PEOPLE = {
    "anonymous": None,
    "member": [],
    "reader": ["Reader"],
    "contributor": ["Contributor"],
    "editor": ["Editor"],
    "reviewer": ["Reviewer"],
    "manager": ["Manager"],
    # An Owner by local role on everything, and a user in a group with the local role Reader.
    "owner": [],
    "colleague": [],
}

ALL = frozenset(PEOPLE)
INSIDERS = frozenset(
    ["reader", "contributor", "editor", "manager", "owner", "colleague"]
)
# The users who can view what is expired or not yet effective, anywhere on the site.
OF_ANY_DATE = frozenset(["manager"])

#: For each object its actions, oldest first, and the users who can view them. What is not in here
#: is visible to nobody.
VISIBLE = {
    "zqprivate": [("created", INSIDERS)],
    "zqpublic": [("created", INSIDERS), ("published", ALL), ("edited", ALL)],
    "zqwithdrawn": [
        ("created", INSIDERS),
        ("published", INSIDERS),
        ("retracted", INSIDERS),
    ],
    "zqlater": [("created", INSIDERS), ("edited", INSIDERS), ("published", ALL)],
    "zqexpired": [
        ("created", OF_ANY_DATE),
        ("published", OF_ANY_DATE),
        ("edited", OF_ANY_DATE),
    ],
    "zqembargoed": [
        ("created", OF_ANY_DATE),
        ("edited", OF_ANY_DATE),
        ("published", OF_ANY_DATE),
    ],
    "zqopen": [("created", INSIDERS), ("published", ALL)],
    "zqclosed": [("created", INSIDERS)],
    # A file is as visible as the folder it is in.
    "zqhidden": [("created", INSIDERS), ("moved", INSIDERS)],
    "zqremoved": [("created", INSIDERS), ("published", ALL), ("removed", ALL)],
    "zqforgotten": [("created", INSIDERS), ("removed", INSIDERS)],
    # Was public, but in a private folder.
    "zqshut": [("created", INSIDERS), ("published", INSIDERS), ("removed", INSIDERS)],
    "zqgonefolder": [("created", INSIDERS), ("published", ALL), ("removed", ALL)],
    "zqorphan": [("created", INSIDERS), ("published", ALL)],
    "zqoriginal": [("created", INSIDERS), ("published", ALL), ("checked out", ALL)],
    # Local roles are not copied.
    "zqworkingcopy": [("edited", INSIDERS - {"owner", "colleague"})],
    "zqtalk": [
        ("created", INSIDERS),
        ("published", ALL),
        ("commented on", frozenset(["reviewer", "manager", "owner"])),
    ],
}

#: The actions of the owner; all others are by the manager.
BY_OWNER = {("zqpublic", "edited"), ("zqtalk", "commented on")}


def visible_to(person: str, by: str | None = None) -> list[tuple[str, str]]:
    """Return what *person* can view, as sorted pairs of object and action; *by* an actor only."""
    return sorted(
        (name, action)
        for name, actions in VISIBLE.items()
        for action, readers in actions
        if person in readers and by in (None, actor_of(name, action))
    )


def actor_of(name: str, action: str) -> str:
    return "owner" if (name, action) in BY_OWNER else "manager"


def hidden_from(person: str) -> list[str]:
    """Return the words that no output for *person* may contain."""
    return sorted(set(VISIBLE) - {name for name, _ in visible_to(person)})


def move_in(site) -> None:
    """Create all users."""
    api.group.create("gang")
    for name, roles in PEOPLE.items():
        if roles is not None:
            add_person(name, name.title(), *roles)
    api.group.add_user(groupname="gang", username="colleague")
    site.portal_workflow.setChainForPortalTypes(
        ["Discussion Item"], "comment_review_workflow"
    )


def happen(site) -> None:
    """Do all actions, each in its own transaction."""
    with api.env.adopt_user(username="manager"):
        _happen(site)


def _happen(site):
    _create(site, "zqprivate")

    public = _create(site, "zqpublic", publish=True)
    with api.env.adopt_user(username="owner"):
        _edit(public)

    withdrawn = _create(site, "zqwithdrawn", publish=True)
    api.content.transition(withdrawn, "retract")
    transaction.commit()

    later = _create(site, "zqlater")
    _edit(later)
    _publish(later)

    _edit(_create(site, "zqexpired", publish=True), expiration_date=DateTime() - 1)
    embargoed = _create(site, "zqembargoed")
    _edit(embargoed, effective_date=DateTime() + 100)
    _publish(embargoed)

    folder = _create(site, "zqopen", "Folder", publish=True)
    closed = _create(site, "zqclosed", "Folder")
    hidden = _create(folder, "zqhidden", "File")
    api.content.move(hidden, closed)
    transaction.commit()

    _remove(_create(site, "zqremoved", publish=True))
    _remove(_create(site, "zqforgotten"))
    _remove(_create(closed, "zqshut", publish=True))

    gone = _create(site, "zqgonefolder", "Folder", publish=True)
    _create(gone, "zqorphan", publish=True)
    _remove(gone)

    original = _create(site, "zqoriginal", publish=True)
    copy = ICheckinCheckoutPolicy(original).checkout(site)
    transaction.commit()
    _edit(copy, title="zqworkingcopy")

    talk = _create(site, "zqtalk", publish=True)
    with api.env.adopt_user(username="owner"):
        comment = createObject("plone.Comment")
        comment.text, comment.creator = "A word", "owner"
        IConversation(talk).addComment(comment)
        transaction.commit()


def _create(container, name, portal_type="Document", publish=False):
    obj = api.content.create(container, portal_type, name, title=name)
    obj.manage_setLocalRoles("owner", ["Owner"])
    obj.manage_setLocalRoles("gang", ["Reader"])
    obj.reindexObjectSecurity()
    transaction.commit()
    if publish:
        _publish(obj)
    return obj


def _publish(obj):
    api.content.transition(obj, "publish")
    transaction.commit()


def _edit(obj, **values):
    for name, value in ({"description": "New."} | values).items():
        setattr(obj, name, value)
    modified(obj)
    obj.reindexObject()
    transaction.commit()


def _remove(obj):
    api.content.delete(obj, check_linkintegrity=False)
    transaction.commit()
