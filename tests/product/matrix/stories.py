"""The actions on the site, and the users who can view them, for all outputs.

Every object has a unique word in its title, so that a page can be searched for what it must not
contain.
"""

from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations.maintenance.lock import locked
from collective.appendonly.operations.maintenance.publishing import record_publications
from collective.appendonly.permissions import VIEW_ACTIVITY
from collective.appendonly.permissions import VIEW_COMMENTS
from collective.appendonly.recording import recording_suspended
from collective.appendonly.transactions import commit_attempts
from DateTime import DateTime
from datetime import timedelta
from functools import partial
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from tests.product.people import add_person
from unittest.mock import patch
from zope.component import createObject
from zope.component import getUtility
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
    # Their ID was that of another user before.
    "heir": [],
}

ALL = frozenset(PEOPLE)
INSIDERS = frozenset(
    ["reader", "contributor", "editor", "manager", "owner", "colleague"]
)
# The users who can view what is expired or not yet effective.
OF_ANY_DATE = frozenset(["manager", "owner"])
# The users who can view the history of any content, by a role on the whole site.
HISTORIANS = frozenset(["contributor", "editor", "reviewer", "manager"])

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
    "zqremoved": [
        ("created", INSIDERS),
        ("published", ALL),
        ("edited", ALL),
        ("removed", ALL),
    ],
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
    # Its publishing date never came.
    "zqscheduled": [
        ("created", INSIDERS),
        ("edited", OF_ANY_DATE),
        ("published", OF_ANY_DATE),
        ("removed", OF_ANY_DATE),
    ],
    # It came in the meantime, and so the maintenance job published it once more.
    "zqpremiere": [
        ("created", INSIDERS),
        ("edited", OF_ANY_DATE),
        ("published", OF_ANY_DATE),
        ("published", ALL),
    ],
    # The source of a copy, withdrawn later.
    "zqsource": [
        ("created", INSIDERS),
        ("published", INSIDERS),
        ("retracted", INSIDERS),
    ],
    "zqduplicate": [("created", INSIDERS - {"owner", "colleague"}), ("published", ALL)],
    # It is withdrawn too, and not in the catalog any more.
    "zqunlisted": [
        ("created", INSIDERS),
        ("published", INSIDERS),
        ("retracted", INSIDERS),
    ],
    # A folder in which few may view the activity.
    "zqquiet": [("created", INSIDERS), ("published", ALL)],
    "zqwhisper": [("created", INSIDERS), ("published", ALL)],
    # A folder in which only managers can view comments.
    "zqmuted": [("created", INSIDERS), ("published", ALL)],
    "zqsilent": [
        ("created", INSIDERS),
        ("published", ALL),
        ("commented on", frozenset(["manager"])),
    ],
    # A folder in a folder, which is replaced by a page.
    "zqtower": [("created", INSIDERS), ("published", ALL), ("removed", ALL)],
    "zqroom": [("created", INSIDERS), ("published", ALL)],
    "zqruin": [("created", INSIDERS), ("published", ALL)],
    # What the former user with the ID of the heir could view.
    "zqdraft": [("created", INSIDERS), ("edited", INSIDERS), ("removed", INSIDERS)],
    # An edit with values, roles and a note.
    "zqvaried": [("created", INSIDERS), ("published", ALL), ("edited", ALL)],
}

#: Words in values, notes and roles, and the users who can view them.
DETAILS = {
    "zqformer": HISTORIANS | {"owner"},
    "zqpresent": HISTORIANS | {"owner"},
    "zqremark": HISTORIANS | {"owner"},
    "zqsharer": HISTORIANS - {"contributor"} | {"owner"},
    # Those of removed content: its folder decides, in which nobody is the Owner.
    "zqlostvalue": HISTORIANS,
    "zqlostremark": HISTORIANS,
    "zqlostsharer": HISTORIANS - {"contributor"},
}
#: Words that are only in versions of zqvaried, and the users who can view them.
VERSIONS = {
    "zqerstwhile": HISTORIANS | {"owner"},
    "zqnowadays": HISTORIANS | {"owner"},
}

#: What is in a folder in which most users cannot view the activity, unless everybody can.
QUIET = frozenset(["zqquiet", "zqwhisper"])

#: The actions of others; all other actions are by the manager.
BY_OTHERS = {
    ("zqpublic", "edited"): "owner",
    ("zqtalk", "commented on"): "owner",
    ("zqsilent", "commented on"): "owner",
    ("zqdraft", "edited"): "a former user",
}


def visible_to(person: str, by: str | None = None) -> list[tuple[str, str]]:
    """Return what *person* can view, as sorted pairs of object and action; *by* an actor only."""
    return sorted(
        (name, action)
        for name, actions in VISIBLE.items()
        for action, readers in actions
        if person in readers and by in (None, actor_of(name, action))
    )


def actor_of(name: str, action: str) -> str:
    return BY_OTHERS.get((name, action), "manager")


def hidden_from(person: str) -> list[str]:
    """Return the words that no output for *person* may contain."""
    titles = set(VISIBLE) - {name for name, _ in visible_to(person)}
    others = (DETAILS | VERSIONS).items()
    return sorted(titles | {word for word, readers in others if person not in readers})


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

    removed = _create(site, "zqremoved", publish=True)
    _push_details(removed, "zqlostvalue", "Now", "zqlostremark", "zqlostsharer")
    _remove(removed)
    _remove(_create(site, "zqforgotten"))
    _remove(_create(closed, "zqshut", publish=True))

    gone = _create(site, "zqgonefolder", "Folder", publish=True)
    _create(gone, "zqorphan", publish=True)
    _remove(gone)

    original = _create(site, "zqoriginal", publish=True)
    copy = ICheckinCheckoutPolicy(original).checkout(site)
    transaction.commit()
    _edit(copy, title="zqworkingcopy")

    _comment(_create(site, "zqtalk", publish=True))

    scheduled = _create(site, "zqscheduled")
    _edit(scheduled, effective_date=DateTime() + 100)
    _publish(scheduled)
    _remove(scheduled)
    _let_a_publishing_date_come(site)

    source = _create(site, "zqsource", publish=True)
    copy = api.content.copy(source, site, "zqduplicate")
    copy.title = "zqduplicate"
    copy.reindexObject()
    transaction.commit()
    _publish(copy)
    unlisted = _create(site, "zqunlisted", publish=True)
    for obj in (source, unlisted):
        api.content.transition(obj, "retract")
        transaction.commit()
    unlisted.unindexObject()
    transaction.commit()

    quiet = _create(site, "zqquiet", "Folder", publish=True)
    _create(quiet, "zqwhisper", publish=True)
    quiet.manage_permission(VIEW_ACTIVITY, ["Editor", "Manager"], acquire=False)
    muted = _create(site, "zqmuted", "Folder", publish=True)
    _comment(_create(muted, "zqsilent", publish=True))
    muted.manage_permission(VIEW_COMMENTS, ["Manager"], acquire=False)

    tower = _create(site, "zqtower", "Folder", publish=True)
    _create(tower, "zqroom", "Folder", publish=True)
    _remove(tower)
    _create(site, "zqruin", publish=True, name="zqtower")

    draft = _create(site, "zqdraft", owner="heir")
    with api.env.adopt_user(username="heir"):
        _edit(draft)
    _remove(draft)
    api.user.delete(username="heir")
    add_person("heir", "Heir")
    transaction.commit()

    varied = _create(site, "zqvaried", publish=True)
    with recording_suspended():
        for text in ("zqerstwhile", "zqnowadays", ""):
            _edit(varied, description=text)
    _push_details(varied, "zqformer", "zqpresent", "zqremark", "zqsharer")


def _push_details(obj, old, new, note, sharer):
    """Add an entry about *obj* with values, a note and roles to the log."""
    entry = Entry(
        actions=("edited",),
        uid=api.content.get_uuid(obj),
        path="/".join(obj.getPhysicalPath()[2:]),
        title=obj.title,
        portal_type=obj.portal_type,
        principals=("Anonymous",),
        actor="manager",
        fields=("title",),
        comment=note,
        values={"title": [old, new]},
        roles={sharer: [[], ["Reader"]]},
    )
    change_set = ChangeSet(clock.utc_now(), "manager", (entry,))
    getUtility(IActivityLog).push(change_set)
    transaction.commit()


def _let_a_publishing_date_come(site):
    premiere = _create(site, "zqpremiere")
    _edit(premiere, effective_date=DateTime() + 100)
    an_hour_ago = clock.utc_now() - timedelta(hours=1)
    with patch.object(clock, "utc_now", lambda: an_hour_ago):
        _publish(premiere)
        with locked(site):
            commit_attempts(partial(record_publications, site))
    with recording_suspended():
        _edit(premiere, effective_date=DateTime() - 1 / 48)
    with locked(site):
        commit_attempts(partial(record_publications, site))


def _comment(page):
    with api.env.adopt_user(username="owner"):
        comment = createObject("plone.Comment")
        comment.text, comment.creator = "A word", "owner"
        IConversation(page).addComment(comment)
        transaction.commit()


def _create(
    container, title, portal_type="Document", publish=False, owner="owner", name=None
):
    obj = api.content.create(container, portal_type, name or title, title=title)
    for user in {"owner", owner}:
        obj.manage_setLocalRoles(user, ["Owner"])
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
