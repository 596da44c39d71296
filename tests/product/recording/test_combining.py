"""Several actions on one object in one transaction make one entry."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from .expected import PUBLIC
from .expected import PUBLISHED
from collective.appendonly.entry import Source
from plone import api
from plone.app.workflow.events import LocalrolesModifiedEvent
from Products.CMFCore.indexing import processQueue
from zope.event import notify
from zope.lifecycleevent import modified

import pytest
import transaction


class Editor:
    """Actions on one object, without a commit."""

    def __init__(self, site):
        self.site = site
        self.obj = site["news"]["party"]

    def create(self):
        self.obj = api.content.create(self.site["news"], "Document", title="Fence")

    def copy(self):
        self.obj = api.content.copy(self.site["news"]["party"], self.site["archive"])

    def edit(self):
        self.obj.title += "!"
        modified(self.obj)

    def edit_without_place(self):
        self.obj.title += "!"
        modified(self.obj.aq_base)

    def publish(self):
        api.content.transition(self.obj, "publish")

    def reject(self):
        api.content.transition(self.obj, "reject")

    def rename(self):
        self.obj = api.content.rename(self.obj, self.obj.getId() + "-2")

    def rename_back(self):
        self.obj = api.content.rename(self.obj, self.obj.getId().removesuffix("-2"))

    def move(self):
        self.obj = api.content.move(self.obj, self.site)

    def move_back(self):
        self.obj = api.content.move(self.obj, self.site["news"])

    def remove(self):
        api.content.delete(self.obj)

    def put_back(self):
        self.site["news"]._setObject(self.obj.getId(), self.obj.aq_base)


@pytest.fixture
def editor(site):
    return Editor(site)


# The entries for the actions in the first column, in their order.
COMBINATIONS = {
    "create edit": "created",
    "create publish": "created transitioned",
    "create rename": "created",
    "create move": "created",
    "create remove": None,
    "create edit publish rename move": "created transitioned",
    "create edit publish rename move remove": None,
    "create edit_without_place": "created",
    "copy edit_without_place": "copied",
    "edit edit_without_place": "edited",
    "publish edit_without_place": "edited transitioned",
    "copy edit": "copied",
    "copy publish": "copied transitioned",
    "copy rename": "copied",
    "copy move": "copied",
    "copy remove": None,
    "copy edit publish rename move": "copied transitioned",
    "edit edit": "edited",
    "edit publish": "edited transitioned",
    "edit rename": "renamed edited",
    "edit move": "moved edited",
    "edit remove": "removed",
    "publish edit": "edited transitioned",
    "publish reject": "transitioned",
    "publish rename": "renamed transitioned",
    "publish move": "moved transitioned",
    "publish remove": "removed",
    "rename edit": "renamed edited",
    "rename publish": "renamed transitioned",
    "rename rename": "renamed",
    "rename rename_back": None,
    "rename edit rename_back": "edited",
    "rename move": "moved renamed",
    "rename remove": "removed",
    "move edit": "moved edited",
    "move publish": "moved transitioned",
    "move rename": "moved renamed",
    "move move_back": None,
    "move publish move_back": "transitioned",
    "move remove": "removed",
    "move rename edit publish": "moved renamed edited transitioned",
    "publish edit rename move": "moved renamed edited transitioned",
    "edit publish rename move remove": "removed",
    "remove put_back": None,
    "remove put_back edit": "edited",
    "edit remove put_back": "edited",
    "remove put_back publish": "transitioned",
    "remove put_back remove": "removed",
    "remove put_back move": "moved",
    "create remove put_back": "created",
}


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_what_is_left_of(editor, recorded, combination):
    for action in combination.split():
        getattr(editor, action)()
    left = COMBINATIONS[combination]
    assert [
        entry["actions"] for change_set in recorded() for entry in change_set["entries"]
    ] == ([tuple(left.split())] if left else [])


def test_editing_and_publishing(editor, recorded):
    editor.edit()
    editor.publish()
    assert recorded() == only(
        entry(
            "edited transitioned",
            "news/party",
            "Party!",
            fields=("title",),
            **PUBLISHED,
        )
    )


def test_creating_and_publishing(editor, recorded):
    editor.create()
    editor.publish()
    assert recorded() == only(entry("created transitioned", "news/fence", **PUBLISHED))


def test_a_new_object_is_recorded_in_its_last_state(editor, recorded):
    editor.create()
    editor.edit()
    editor.rename()
    editor.move()
    assert recorded() == only(entry("created", "fence-2", "Fence!"))


def test_a_copy_is_recorded_in_its_last_state(editor, recorded):
    editor.copy()
    editor.edit()
    editor.rename()
    editor.move()
    assert recorded() == only(entry("copied", "party-2", "Party!", source="news/party"))


def test_moving_and_renaming_and_editing(editor, recorded):
    editor.move()
    editor.edit()
    editor.rename()
    assert recorded() == only(
        entry(
            "moved renamed edited",
            "party-2",
            "Party!",
            source="news/party",
            fields=("title",),
        )
    )


def test_moving_twice_records_the_first_and_the_last_place(editor, recorded, site):
    editor.move()
    api.content.move(editor.obj, site["archive"])
    assert recorded() == only(entry("moved", "archive/party", source="news/party"))


def test_several_transitions(editor, recorded):
    api.content.transition(editor.obj, "submit", comment="Please look")
    api.content.transition(editor.obj, "publish", comment="Fine")
    assert recorded() == only(
        entry(
            "transitioned",
            "news/party",
            principals=PUBLIC,
            transitions=("submit", "publish"),
            old_state="private",
            new_state="published",
            comment="Please look\nFine",
        )
    )


def test_a_transition_by_way_of_others(editor, recorded):
    editor.publish()
    recorded()
    api.content.transition(editor.obj, to_state="pending")
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["transitions"] == ("reject", "submit")
    assert (found["old_state"], found["new_state"]) == ("published", "pending")


@pytest.mark.parametrize("indexed", [False, True])
def test_a_removed_object_is_for_those_who_could_view_it_before(
    editor, indexed, recorded
):
    """What is published and removed in one transaction was never public."""
    editor.edit()
    editor.publish()
    if indexed:
        processQueue()
    editor.remove()
    assert recorded() == only(entry("removed", "news/party", "Party!"))


def test_a_public_page_that_is_retracted_and_removed(editor, recorded):
    """Everybody could view it."""
    editor.publish()
    recorded()
    api.content.transition(editor.obj, "retract")
    editor.remove()
    assert recorded() == only(entry("removed", "news/party", principals=PUBLIC))


@pytest.mark.parametrize("act, actions", [("move", "moved"), ("rename", "renamed")])
def test_the_former_place_of_a_page_that_is_published_first(
    editor, act, actions, recorded
):
    """As a content rule does it, which moves what is published."""
    editor.publish()
    getattr(editor, act)()
    place = "/".join(editor.obj.getPhysicalPath()[2:])
    assert recorded() == only(
        entry(
            f"{actions} transitioned",
            place,
            "Party",
            source=Source("news/party", PRIVATE),
            **PUBLISHED,
        )
    )


@pytest.mark.parametrize("act, actions", [("move", "moved"), ("remove", "removed")])
def test_those_who_get_a_role_in_the_same_transaction(editor, act, actions, recorded):
    editor.obj.manage_setLocalRoles("tom", ["Reader"])
    editor.obj.reindexObjectSecurity()
    notify(LocalrolesModifiedEvent(editor.obj, editor.site.REQUEST))
    getattr(editor, act)()
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["actions"][0] == actions
    source = found.get("source")
    assert (source or Source("", found["principals"])).principals == PRIVATE


def test_a_moved_and_removed_object_is_recorded_in_its_old_place(editor, recorded):
    """No user saw it in the new place, which more users may be able to view."""
    editor.move()
    editor.publish()
    editor.remove()
    assert recorded() == only(entry("removed", "news/party"))


def test_removing_a_page_and_putting_it_elsewhere_is_a_move(editor, recorded, site):
    editor.remove()
    site["archive"]._setObject("party", editor.obj.aq_base)
    assert recorded() == only(entry("moved", "archive/party", source="news/party"))


def test_another_page_in_the_place_of_a_removed_one(editor, recorded, add):
    editor.remove()
    add("news/party", "Event")
    assert recorded() == only(
        entry("removed", "news/party"),
        entry("created", "news/party", portal_type="Event"),
    )


def test_two_pages_that_change_their_names(site, add, recorded):
    fence = add("news/fence")
    recorded()
    api.content.rename(site["news"]["party"], "other")
    api.content.rename(fence, "party")
    api.content.rename(site["news"]["other"], "fence")
    assert recorded() == only(
        entry("renamed", "news/fence", "Party", source="news/party"),
        entry("renamed", "news/party", "Fence", source="news/fence"),
    )


def test_copying_and_then_deleting_the_original(editor, recorded, site):
    editor.copy()
    api.content.delete(site["news"]["party"])
    assert recorded() == only(
        entry("copied", "archive/party", source="news/party"),
        entry("removed", "news/party"),
    )


def test_copying_what_is_new(editor, recorded, site):
    editor.create()
    api.content.copy(editor.obj, site["archive"])
    assert recorded() == only(
        entry("created", "news/fence"),
        entry("copied", "archive/fence", source="news/fence"),
    )


def test_actions_on_several_objects_make_one_change_set(site, add, recorded):
    modified(site["archive"])
    add("news/fence")
    api.content.rename(site["news"]["party"], "feast")
    api.content.transition(site["news"], "publish")
    [change_set] = recorded()
    assert [(*found["actions"], found["path"]) for found in change_set["entries"]] == [
        ("edited", "archive"),
        ("created", "news/fence"),
        ("renamed", "news/feast"),
        ("transitioned", "news"),
    ]


def test_two_transactions_make_two_change_sets(editor, recorded):
    editor.edit()
    [first] = recorded()
    editor.publish()
    [second] = recorded()
    assert first["entries"][0]["actions"] == ("edited",)
    assert second["entries"][0]["actions"] == ("transitioned",)


def test_what_a_hook_of_the_commit_does_is_recorded(site, recorded):
    transaction.get().addBeforeCommitHook(modified, (site["news"]["party"],))
    assert recorded() == only(entry("edited", "news/party"))


def test_what_a_later_hook_of_the_commit_does_is_in_the_same_change_set(site, recorded):
    modified(site["news"]["party"])
    transaction.get().addBeforeCommitHook(modified, (site["archive"],))
    assert recorded() == only(
        entry("edited", "news/party"), folder("edited", "archive")
    )
