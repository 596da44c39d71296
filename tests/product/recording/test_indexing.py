"""Changes without events, detected when objects are reindexed."""

from .clients import each
from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLIC
from collective.appendonly.recording import recording_suspended
from collective.appendonly.recording.sources import indexing
from plone import api
from plone.app.dexterity.behaviors.metadata import IDublinCore
from Products.CMFCore.indexing import processQueue
from ZODB.POSException import ConflictError
from zope.lifecycleevent import modified

import pytest
import transaction


def edited(*names, title="Party", **others):
    fields = {"fields": names} if names else {}
    return only(entry("edited", "news/party", title, **fields, **others))


def retitle(page, title="Feast"):
    """Give a page another title as scripts do, without an event, and index it."""
    page.title = title
    page.reindexObject()
    processQueue()


# What people do.


@pytest.mark.parametrize("name", each("api", "contents"))
def test_adding_tags(clients, name, page, recorded):
    clients(name).tag("news/party", add=["garden", "tea"])
    assert sorted(page.Subject()) == ["garden", "tea"]
    assert recorded() == edited("subjects")


@pytest.mark.parametrize("name", each("api", "contents"))
def test_removing_a_tag(clients, name, page, recorded):
    page.setSubject(["garden", "tea"])
    recorded()
    clients(name).tag("news/party", remove=["tea"])
    assert page.Subject() == ("garden",)
    assert recorded() == edited("subjects")


def test_adding_a_tag_that_is_there(contents, page, recorded):
    """The Contents view shuffles the tags of the selected content."""
    tags = [str(number) for number in range(50)]
    page.setSubject(tags)
    recorded()
    contents.tag("news/party", add=["7"])
    assert recorded() == []


PROPERTIES = {
    "effectiveDate": ("2020/12/01", "effective"),
    "expirationDate": ("2099/12/01", "expires"),
    "copyright": ("All mine", "rights"),
    "contributors": ("Joan,Jane", "contributors"),
    "creators": ("joan", "creators"),
    "exclude-from-nav": ("yes", "exclude_from_nav"),
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_set_in_the_contents_view(contents, site, name, recorded):
    value, field = PROPERTIES[name]
    contents.set_properties("news/party", **{name: value})
    assert recorded() == edited(field)


def test_the_language_set_in_the_contents_view(contents, page, recorded):
    page.language = ""
    recorded()
    contents.set_properties("news/party", language="en")
    assert recorded() == edited("language")


def test_properties_set_to_what_they_are(contents, site, recorded):
    contents.set_properties("news/party", copyright="All mine", creators="joan")
    recorded()
    contents.set_properties("news/party", copyright="All mine", creators="joan")
    assert recorded() == []


def test_properties_of_a_folder_and_all_below(contents, site, recorded):
    contents.set_properties("news", copyright="All mine", recurse="yes")
    [change_set] = recorded()
    assert sorted(
        (found["path"], found["actions"], found["fields"])
        for found in change_set["entries"]
    ) == [("news", ("edited",), ("rights",)), ("news/party", ("edited",), ("rights",))]


def test_the_actor(clients, site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    api.user.grant_roles("joan", roles=["Manager"])
    recorded()
    clients("contents", "joan", "correct horse battery").tag("news/party", ["tea"])
    [change_set] = recorded()
    assert change_set["actor"] == "joan"


def test_dates_set_in_the_form_of_the_state_menu(classic, page, recorded):
    classic.status("news/party", "private", effective_date="2020-12-01T09:00")
    assert page.effective().year() == 2020
    assert recorded() == edited("effective")


def test_publishing_with_dates_in_that_form_records_the_publication(
    classic, page, recorded
):
    classic.status("news/party", "publish", expiration_date="2027-12-01T09:00")
    [change_set] = recorded()
    assert [found["actions"] for found in change_set["entries"]] == [("transitioned",)]


DEFAULT_PAGE = only(folder("edited", "news", fields=("default_page",)))


@pytest.mark.parametrize("name", each("api", "classic"))
def test_a_default_page(clients, name, site, add, recorded):
    add("news/fence")
    recorded()
    clients(name).set_default_page("news", "party")
    assert recorded() == DEFAULT_PAGE
    clients(name).set_default_page("news", "fence")
    assert recorded() == DEFAULT_PAGE


def test_no_default_page_any_more(clients, site, recorded):
    clients("api").set_default_page("news", "party")
    recorded()
    clients("api").set_default_page("news", None)
    assert recorded() == DEFAULT_PAGE


@pytest.mark.parametrize("name", each("api", "rest", "classic"))
def test_a_layout_instead_of_a_default_page(clients, name, site, recorded):
    clients("api").set_default_page("news", "party")
    recorded()
    clients(name).set_layout("news", "summary_view")
    assert recorded() == only(
        folder("edited", "news", fields=("default_page", "layout"))
    )


@pytest.mark.parametrize("name", each("api", "rest", "classic"))
def test_a_layout_reaches_no_queue(clients, name, site, recorded):
    """A limit: Plone fires no event and does not reindex."""
    clients(name).set_layout("news", "summary_view")
    assert site["news"].getLayout() == "summary_view"
    assert recorded() == []


def test_renaming_and_removing_the_default_page_is_recorded_for_the_page(
    clients, site, recorded
):
    clients("api").set_default_page("news", "party")
    recorded()
    clients("api").rename("news/party", "feast")
    assert site["news"].getDefaultPage() == "feast"
    [renamed] = recorded()
    clients("api").delete("news/feast")
    assert site["news"].getDefaultPage() is None
    [removed] = recorded()
    assert [
        [(found["actions"], found["path"]) for found in change_set["entries"]]
        for change_set in (renamed, removed)
    ] == [[(("renamed",), "news/feast")], [(("removed",), "news/feast")]]


# What scripts do.


def test_a_title_set_by_a_script(page, recorded):
    page.title = "Feast"
    page.reindexObject(["Title"])
    assert recorded() == edited("title", title="Feast")


def test_a_title_set_and_set_back(page, recorded):
    retitle(page)
    retitle(page, "Party")
    assert recorded() == []


def test_a_search_before_the_end(site, page, recorded):
    page.title = "Feast"
    page.reindexObject()
    assert len(api.content.find(Title="Feast")) == 1
    page.description = "New"
    page.reindexObject()
    assert recorded() == edited("description", "title", title="Feast")


def test_a_savepoint_before_the_end(page, recorded):
    page.title = "Feast"
    page.reindexObject()
    transaction.savepoint()
    assert recorded() == edited("title", title="Feast")


def test_a_savepoint_that_is_rolled_back(page, recorded):
    savepoint = transaction.savepoint()
    retitle(page)
    savepoint.rollback()
    assert recorded() == []


def test_a_change_before_a_savepoint_that_is_rolled_back(page, recorded):
    retitle(page)
    savepoint = transaction.savepoint()
    page.description = "New"
    page.reindexObject()
    savepoint.rollback()
    assert recorded() == edited("title", title="Feast")


def test_an_event_has_the_last_word(page, recorded):
    retitle(page)
    modified(page)
    assert recorded() == edited("title", title="Feast")


def test_a_change_by_another_before_the_event(site, page, recorded):
    """The actor is that of the event, not the user whose request reindexes."""
    api.user.create("joan@example.org", "joan", "correct horse battery", ["Manager"])
    recorded()
    retitle(page)
    with api.env.adopt_user(username="joan"):
        modified(page)
    [change_set] = recorded()
    assert change_set["actor"] == "joan"


def test_a_change_and_a_move(site, page, recorded):
    """The change with an event comes first; the other is implied."""
    retitle(page)
    api.content.move(page, site["archive"])
    [change_set] = recorded()
    assert [(found["actions"], found["path"]) for found in change_set["entries"]] == [
        (("moved",), "archive/party")
    ]


def test_a_change_and_a_removal(page, recorded):
    retitle(page)
    api.content.delete(page)
    [change_set] = recorded()
    assert [found["actions"] for found in change_set["entries"]] == [("removed",)]


def test_a_new_page_changed_by_a_script(site, add, recorded):
    new = add("news/fence")
    new.title = "Gate"
    new.reindexObject()
    assert recorded() == only(entry("created", "news/fence", "Gate"))


def test_a_field_with_a_read_permission_is_not_named(page, recorded, protect):
    protect(IDublinCore, "description")
    page.description = "Secret"
    page.reindexObject()
    assert recorded() == edited()


def test_a_public_page_changed_by_a_script(page, recorded):
    api.content.transition(page, "publish")
    recorded()
    page.title = "Feast"
    page.reindexObject()
    assert recorded() == edited("title", title="Feast", principals=PUBLIC)


# When it isn't wanted, or can't be done.


@pytest.mark.parametrize(
    "name, value", [("silent_changes", False), ("actions_left_out", ("edited",))]
)
def test_a_setting_excludes_them(contents, site, name, value, recorded):
    api.portal.set_registry_record(f"collective.appendonly.{name}", value)
    contents.tag("news/party", add=["tea"])
    assert recorded() == []


def test_recording_suspended(page, recorded):
    """Whether or not the transaction is committed, or searches the catalog, in the block."""
    with recording_suspended():
        page.title = "Feast"
        page.reindexObject()
    assert recorded() == []


@pytest.mark.parametrize("finish", [processQueue, transaction.commit, lambda: None])
def test_a_change_before_recording_is_suspended(page, add, finish, recorded):
    add("news/fence")
    recorded()
    page.title = "Feast"
    page.reindexObject()
    with recording_suspended():
        page.aq_parent["fence"].title = "Gate"
        page.aq_parent["fence"].reindexObject()
        finish()
    assert recorded() == edited("title", title="Feast")


def test_a_change_after_recording_was_suspended(page, add, recorded):
    fence = add("news/fence")
    recorded()
    with recording_suspended():
        fence.title = "Gate"
        fence.reindexObject()
    page.title = "Feast"
    page.reindexObject()
    assert recorded() == edited("title", title="Feast")


def test_a_bug_stops_no_indexing(page, monkeypatch, recorded, errors):
    def bug(obj, before):
        raise ValueError("A bug.")

    monkeypatch.setattr(indexing, "changes_without_event", bug)
    page.title = "Feast"
    page.reindexObject()
    assert recorded() == []
    assert len(api.content.find(Title="Feast")) == 1
    [message] = errors()
    assert (
        message == "A change of <Document at /plone/news/party> could not be recorded."
    )


def test_a_conflict_is_passed_on(page, monkeypatch, recorded):
    def conflict(obj, before):
        raise ConflictError()

    monkeypatch.setattr(indexing, "changes_without_event", conflict)
    page.title = "Feast"
    page.reindexObject()
    with pytest.raises(ConflictError):
        transaction.commit()
    transaction.abort()
    assert recorded() == []


def test_indexing_what_is_no_content(site, page, recorded):
    """The queue takes anything."""
    site.portal_catalog.reindexObject(site.portal_workflow, ["Title"])
    assert recorded() == []


def test_without_the_add_on(page, uninstall):
    uninstall()
    page.title = "Feast"
    page.reindexObject()
    transaction.commit()
    assert len(api.content.find(Title="Feast")) == 1
