"""What happens on the site, and who may read of it: written down once, for all outputs.

Every object has a word of its own in its title, so that a page can be searched for what it
must not say.
"""

from DateTime import DateTime
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from tests.product.people import PASSWORD
from zope.component import createObject
from zope.lifecycleevent import modified

import transaction


#: Everybody who reads, and the roles that they have on the whole site.
PEOPLE = {
    "visitor": None,
    "member": [],
    "reader": ["Reader"],
    "contributor": ["Contributor"],
    "editor": ["Editor"],
    "reviewer": ["Reviewer"],
    "manager": ["Manager"],
    # An Owner by local role of everything, and somebody in a group with the local role Reader.
    "owner": [],
    "colleague": [],
}

ALL = frozenset(PEOPLE)
INSIDERS = frozenset(
    ["reader", "contributor", "editor", "manager", "owner", "colleague"]
)
# Who may see what is expired or not yet effective, anywhere on the site.
OF_ANY_DATE = frozenset(["manager"])

#: Who reads of what: for each object what happened to it, oldest first, and to whom it is told.
#: What is not in here is told to nobody.
TOLD = {
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
    # Was public, but in a folder that is not.
    "zqshut": [
        ("created", INSIDERS),
        ("published", INSIDERS),
        ("removed", INSIDERS),
    ],
    "zqgonefolder": [("created", INSIDERS), ("published", ALL), ("removed", ALL)],
    "zqorphan": [("created", INSIDERS), ("published", ALL)],
    "zqoriginal": [
        ("created", INSIDERS),
        ("published", ALL),
        ("checked out", ALL),
    ],
    # Its local roles are not copied.
    "zqworkingcopy": [("edited", INSIDERS - {"owner", "colleague"})],
    "zqtalk": [
        ("created", INSIDERS),
        ("published", ALL),
        ("commented on", frozenset(["reviewer", "manager", "owner"])),
    ],
}

#: What the owner did; all else was done by the manager.
BY_OWNER = {("zqpublic", "edited"), ("zqtalk", "commented on")}


def told_to(person: str, by: str | None = None) -> list[tuple[str, str]]:
    """Return what *person* reads, as sorted pairs of object and deed; with *by*, of one's deeds."""
    return sorted(
        (name, deed)
        for name, deeds in TOLD.items()
        for deed, readers in deeds
        if person in readers and by in (None, doer(name, deed))
    )


def doer(name: str, deed: str) -> str:
    return "owner" if (name, deed) in BY_OWNER else "manager"


def hidden_from(person: str) -> list[str]:
    """Return the words that nothing which *person* reads may contain."""
    return sorted(set(TOLD) - {name for name, _ in told_to(person)})


def move_in(site) -> None:
    """Give everybody an account."""
    api.group.create("gang")
    for name, roles in PEOPLE.items():
        if roles is not None:
            api.user.create(
                username=name,
                email=f"{name}@example.org",
                password=PASSWORD,
                properties={"fullname": name.title()},
                roles=["Member", *roles],
            )
    api.group.add_user(groupname="gang", username="colleague")
    site.portal_workflow.setChainForPortalTypes(
        ["Discussion Item"], "comment_review_workflow"
    )


def happen(site) -> None:
    """Let everything happen, each deed in a transaction of its own."""
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
