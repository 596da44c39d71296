"""Moving, copying and removing a folder makes one entry, which counts the content."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from .expected import PUBLIC
from collective.appendonly.entry import Source
from collective.appendonly.recording.snapshot import principals
from io import BytesIO
from plone import api
from plone.app.testing import TEST_USER_ID
from plone.dexterity.utils import addContentToContainer
from plone.dexterity.utils import createContent
from zope.lifecycleevent import modified

import pytest


# The folder news with the page in it
MOVED = folder("moved", "archive/news", source="news", descendants=1)
COPIED = folder("copied", "archive/news", source="news", descendants=1)
REMOVED = folder("removed", "news", descendants=1)


def move(site):
    api.content.move(site["news"], site["archive"])


def copy(site):
    api.content.copy(site["news"], site["archive"])


def rename(site):
    api.content.rename(site["news"], "old-news")


def remove(site):
    api.content.delete(site["news"])


@pytest.fixture(params=[move, copy, rename, remove])
def take(request, site):
    """Take the folder ``news`` away, in one way or the other."""
    return lambda: request.param(site)


@pytest.fixture
def descendants(recorded):
    """Commit; return how many went along, by who could see them, of the one entry."""

    def descendants():
        [change_set] = recorded()
        [found] = change_set["entries"]
        return dict(found.get("descendants", ())) and {
            principals: count for count, principals in found["descendants"]
        }

    return descendants


def test_content_at_all_depths_is_counted(take, site, add, descendants, recorded):
    add("news/garden", "Folder")
    add("news/garden/roses", "Folder")
    add("news/garden/roses/red")
    recorded()
    take()
    assert descendants() == {PRIVATE: 4}


def test_an_empty_folder_has_nothing_to_count(take, site, descendants, recorded):
    api.content.delete(site["news"]["party"])
    recorded()
    take()
    assert descendants() == {}


@pytest.mark.parametrize("action", [move, rename, remove])
def test_a_private_page_in_a_public_folder_is_counted_apart(
    action, site, add, descendants, recorded
):
    api.content.transition(site["news"], "publish")
    api.content.transition(add("news/fence"), "publish")
    api.content.transition(add("news/gate"), "publish")
    recorded()
    action(site)
    assert descendants() == {PUBLIC: 2, PRIVATE: 1}


def test_copies_of_public_pages_count_as_private(site, add, descendants, recorded):
    api.content.transition(site["news"]["party"], "publish")
    recorded()
    copy(site)
    assert descendants() == {PRIVATE: 1}


@pytest.mark.parametrize("action", [move, rename, remove])
def test_a_page_shared_with_one_more_person_is_counted_apart(
    action, site, add, descendants, recorded
):
    page = add("news/fence")
    page.manage_setLocalRoles("joan", ["Reader"])
    page.reindexObjectSecurity()
    recorded()
    action(site)
    assert descendants() == {PRIVATE: 1, tuple(sorted([*PRIVATE, "user:joan"])): 1}


def test_copies_of_shared_pages_are_not_shared(site, descendants, recorded):
    site["news"]["party"].manage_setLocalRoles("joan", ["Reader"])
    recorded()
    copy(site)
    assert descendants() == {PRIVATE: 1}


def test_a_folder_moved_twice_counts_its_content_once(site, recorded):
    move(site)
    api.content.move(site["archive"]["news"], site)
    move(site)
    assert recorded() == only(MOVED)


def test_a_folder_moved_and_renamed_counts_its_content_once(site, recorded):
    api.content.move(site["news"], site["archive"], "old-news")
    assert recorded() == only(
        folder(
            "moved renamed", "archive/old-news", "News", source="news", descendants=1
        )
    )


def test_a_folder_copied_under_another_name_counts_its_content_once(site, recorded):
    api.content.copy(site["news"], site["archive"], "old-news")
    assert recorded() == only(
        folder("copied", "archive/old-news", "News", source="news", descendants=1)
    )


def test_a_folder_moved_and_moved_back(site, recorded):
    move(site)
    api.content.move(site["archive"]["news"], site)
    assert recorded() == []


def test_a_folder_that_is_only_edited_counts_nothing(site, recorded):
    site["news"].title = "Old News"
    modified(site["news"])
    assert recorded() == only(folder("edited", "news", "Old News", fields=("title",)))


def test_a_page_edited_before_its_folder_is_moved(site, recorded):
    modified(site["news"]["party"])
    move(site)
    assert recorded() == only(entry("edited", "archive/news/party"), MOVED)


def test_a_page_renamed_before_its_folder_is_moved(site, recorded):
    api.content.rename(site["news"]["party"], "feast")
    move(site)
    assert recorded() == only(
        entry("renamed", "archive/news/feast", "Party", source="news/party"), MOVED
    )


def test_a_page_renamed_after_its_folder_was_moved(site, recorded):
    move(site)
    api.content.rename(site["archive"]["news"]["party"], "feast")
    assert recorded() == only(
        MOVED,
        entry("renamed", "archive/news/feast", "Party", source="archive/news/party"),
    )


def test_a_page_edited_before_its_folder_is_removed(site, recorded):
    modified(site["news"]["party"])
    remove(site)
    assert recorded() == only(REMOVED)


def test_a_page_added_to_a_folder_that_is_then_removed(site, add, recorded):
    """The page was never there; it isn't counted either."""
    add("news/fence")
    remove(site)
    assert recorded() == only(REMOVED)


def test_a_page_moved_out_of_a_folder_that_is_then_removed(site, recorded):
    api.content.move(site["news"]["party"], site)
    remove(site)
    assert recorded() == only(
        entry("moved", "party", source="news/party"), folder("removed", "news")
    )


@pytest.mark.parametrize("take_out", ["move", "put back"])
def test_a_page_taken_out_of_a_moved_folder_that_is_then_removed(
    site, take_out, recorded
):
    """The page is still there, so it is not among what was removed."""
    move(site)
    news = site["archive"]["news"]
    page = news["party"]
    if take_out == "move":
        api.content.move(page, site)
    else:
        news._delObject("party")
        site._setObject("party", page.aq_base)
    api.content.delete(news)
    [change_set] = recorded()
    assert [
        (found["actions"], found["path"], found.get("descendants"))
        for found in change_set["entries"]
    ] == [(("removed",), "news", None), (("moved",), "party", None)]


def test_a_page_removed_before_its_folder(site, recorded):
    api.content.delete(site["news"]["party"])
    remove(site)
    assert recorded() == only(entry("removed", "news/party"), folder("removed", "news"))


def test_a_page_removed_after_its_folder_was_moved(site, recorded):
    move(site)
    api.content.delete(site["archive"]["news"]["party"])
    assert recorded() == only(
        folder("moved", "archive/news", source="news"),
        entry("removed", "archive/news/party"),
    )


@pytest.fixture
def leaflet(site, add, recorded):
    """A page that is as private as the folder that it is in, and a public folder beside it."""
    site.portal_workflow.setChainForPortalTypes(["News Item"], ())
    add("news/drafts", "Folder")
    for permission in ("View", "Access contents information"):
        site["news"]["drafts"].manage_permission(permission, [], acquire=True)
    leaflet = add("news/drafts/leaflet", "News Item")
    api.content.transition(site["archive"], "publish")
    site["news"].reindexObjectSecurity()
    recorded()
    assert principals(leaflet) == PRIVATE
    api.content.move(site["news"]["drafts"], site["archive"])
    leaflet = site["archive"]["drafts"]["leaflet"]
    assert principals(leaflet) == PUBLIC
    return leaflet


def test_a_page_that_is_removed_where_its_folder_made_it_public(leaflet, recorded):
    api.content.delete(leaflet)
    [change_set] = recorded()
    assert change_set["entries"][1:] == [
        entry("removed", "archive/drafts/leaflet", portal_type="News Item")
    ]


@pytest.mark.parametrize(
    "move, actions, place",
    [
        (lambda page: api.content.rename(page, "flyer"), "renamed", "drafts/flyer"),
        (
            lambda page: api.content.move(page, page.aq_parent.aq_parent),
            "moved",
            "leaflet",
        ),
    ],
)
def test_a_page_that_is_moved_from_where_its_folder_made_it_public(
    leaflet, recorded, move, actions, place
):
    move(leaflet)
    [change_set] = recorded()
    source = Source("archive/drafts/leaflet", PRIVATE)
    moved = entry(
        actions,
        f"archive/{place}",
        "Leaflet",
        "News Item",
        principals=PUBLIC,
        source=source,
    )
    assert change_set["entries"][1:] == [moved]


def test_a_page_that_is_moved_on_and_removed_there(leaflet, site, recorded):
    api.content.move(leaflet, site["archive"])
    api.content.delete(site["archive"]["leaflet"])
    [change_set] = recorded()
    assert change_set["entries"][1:] == [
        entry("removed", "archive/drafts/leaflet", portal_type="News Item")
    ]


def test_a_page_edited_by_somebody_before_its_folder_is_moved(site, jane, recorded):
    """A user who moves a folder does nothing to what is in it."""
    with api.env.adopt_user(username="jane"):
        modified(site["news"]["party"])
    move(site)
    [change_set] = recorded()
    assert [found.get("actor") for found in change_set["entries"]] == [
        None,
        TEST_USER_ID,
    ]


def test_a_page_added_to_a_folder_that_is_then_moved(site, add, recorded):
    """The page has an entry of its own; it didn't go along from anywhere."""
    add("news/fence")
    move(site)
    assert recorded() == only(entry("created", "archive/news/fence"), MOVED)


def test_a_new_folder_with_content_that_is_removed_again(site, add, recorded):
    add("garden", "Folder")
    add("garden/fence")
    api.content.delete(site["garden"])
    assert recorded() == []


def test_a_copied_folder_that_is_removed_again(site, recorded):
    copy(site)
    api.content.delete(site["archive"]["news"])
    assert recorded() == []


def test_a_folder_removed_with_another_inside_that_was_moved_there(site, recorded):
    """The lost objects are counted, in the folder that was removed."""
    move(site)
    api.content.delete(site["archive"])
    assert recorded() == only(folder("removed", "archive", descendants=2))


def test_a_page_edited_in_a_fresh_copy_of_its_folder(site, recorded):
    """A copy supersedes edits, also if the folder was copied."""
    copy(site)
    page = site["archive"]["news"]["party"]
    page.title = "Feast"
    modified(page)
    assert recorded() == only(COPIED)


def test_a_page_published_in_a_fresh_copy_of_its_folder(site, recorded):
    """A transition is always recorded."""
    copy(site)
    api.content.transition(site["archive"]["news"]["party"], "publish")
    [change_set] = recorded()
    assert [(found["actions"], found["path"]) for found in change_set["entries"]] == [
        (("copied",), "archive/news"),
        (("transitioned",), "archive/news/party"),
    ]


def test_a_page_removed_from_a_fresh_copy_of_its_folder(site, recorded):
    """An object that was not there before, and is not there after, is not recorded."""
    copy(site)
    api.content.delete(site["archive"]["news"]["party"])
    assert recorded() == only(folder("copied", "archive/news", source="news"))


def test_a_page_edited_in_a_folder_that_is_removed_and_put_back(site, recorded):
    modified(site["news"]["party"])
    news = site["news"].aq_base
    remove(site)
    site._setObject("news", news)
    assert recorded() == only(entry("edited", "news/party"))


@pytest.fixture
def exported(site, add, recorded):
    """The folder ``news`` with two pages, one of them public, as Zope exports it. It is removed."""
    api.content.transition(add("news/fair"), "publish")
    recorded()
    file = BytesIO()
    site._p_jar.exportFile(site["news"]._p_oid, file)
    remove(site)
    recorded()
    file.seek(0)
    return file


TWO_PAGES = ((1, PRIVATE), (1, PUBLIC))


def test_a_folder_that_is_imported_counts_its_content(site, exported, recorded):
    """As Zope's management interface does it."""
    site._setObject("news", site._p_jar.importFile(exported))
    assert recorded() == only(folder("created", "news", descendants=TWO_PAGES))


def test_a_page_edited_in_a_folder_that_is_imported(site, exported, recorded):
    site._setObject("news", site._p_jar.importFile(exported))
    modified(site["news"]["party"])
    assert recorded() == only(folder("created", "news", descendants=TWO_PAGES))


def test_a_page_added_to_a_folder_that_is_imported(site, exported, add, recorded):
    site._setObject("news", site._p_jar.importFile(exported))
    add("news/rose")
    assert recorded() == only(
        folder("created", "news", descendants=TWO_PAGES), entry("created", "news/rose")
    )


def test_a_folder_that_is_filled_before_it_is_added(site, recorded):
    fair = createContent("Folder", id="fair", title="Fair", language="en")
    fair["plan"] = createContent("File", id="plan", title="Plan", language="en")
    addContentToContainer(site["news"], fair)
    assert recorded() == only(folder("created", "news/fair", descendants=1))


def test_a_folder_that_is_filled_and_never_added(site, recorded):
    fair = createContent("Folder", id="fair", title="Fair", language="en")
    fair["plan"] = createContent("File", id="plan", title="Plan", language="en")
    assert recorded() == []
