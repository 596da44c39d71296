"""The fields of an edit: those that changed, not those that the events name."""

from .expected import change
from .expected import entry
from .expected import only
from collective.appendonly.recording.differences import fields as recording_fields
from collective.appendonly.recording.differences.fields import is_same_file
from DateTime import DateTime
from datetime import datetime
from plone.app.dexterity.behaviors.metadata import IDublinCore
from plone.app.textfield.value import RichTextValue
from plone.namedfile.file import NamedBlobFile
from plone.namedfile.file import NamedFile
from zope.interface import Interface
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified

import pytest
import transaction


@pytest.fixture
def fields(recorded):
    """Commit, and return the fields of the one edit that was recorded, in full."""

    def fields():
        [change_set] = recorded()
        [found] = change_set["entries"]
        assert found["actions"] == ("edited",)
        return found.get("fields", ())

    return fields


def test_saving_a_form_without_a_change_is_no_edit(classic, site, recorded):
    classic.save_unchanged("news/party")
    assert recorded() == []


def test_saving_the_form_of_a_published_page_keeps_its_date(classic, site, recorded):
    """Forms know no seconds."""
    classic.transition("news/party", "publish")
    page = site["news"]["party"]
    page.effective_date = DateTime("2026/11/23 09:30:12.5 UTC")
    recorded()
    classic.save_unchanged("news/party")
    assert recorded() == []
    assert page.effective_date == DateTime("2026/11/23 09:30:00 UTC")


TYPES = ["Folder", "News Item", "Event", "Link", "File", "Image"]


@pytest.mark.parametrize("portal_type", TYPES)
def test_saving_the_form_of_another_type_without_a_change_is_no_edit(
    classic, site, add, portal_type, recorded
):
    obj = add("news/fence", portal_type)
    obj.remoteUrl = "https://plone.org"
    recorded()
    classic.save_unchanged("news/fence")
    assert recorded() == []


def test_saving_the_form_with_related_items_is_no_edit(clients, site, recorded):
    """The form makes new relations to the same pages."""
    clients("rest").edit("news/party", relatedItems=[site["news"].UID()])
    recorded()
    clients("classic").save_unchanged("news/party")
    assert len(site["news"]["party"].relatedItems) == 1
    assert recorded() == []


def test_the_form_fills_in_the_language_that_code_left_out(classic, page, fields):
    page.language = ""
    transaction.commit()
    classic.save_unchanged("news/party")
    assert fields() == ("language",)


def test_sending_the_values_a_page_has_is_no_edit(clients, site, recorded):
    clients("rest").add_page("news", "Fence")
    recorded()
    clients("rest").save_unchanged("news/fence")
    assert recorded() == []


@pytest.mark.parametrize("name", ["text", "description"])
def test_other_ends_of_lines_are_no_edit(clients, site, name, recorded):
    """Browsers send all line ends as CR LF."""
    clients("rest").edit("news/party", **{name: "one\ntwo"})
    recorded()
    clients("rest").edit("news/party", **{name: "one\r\ntwo"})
    assert recorded() == []


def test_an_event_that_names_nothing_is_an_edit_of_unknown_fields(page, recorded):
    modified(page)
    assert recorded() == only(entry("edited", "news/party"))


@pytest.mark.parametrize("names", [(), ("title",), ("title", "creators")], ids=str)
def test_only_fields_that_changed_count_whatever_the_event_names(page, fields, names):
    page.title = "Feast"
    names = [f"IDublinCore.{name}" for name in names]
    modified(page, *([Attributes(IDublinCore, *names)] if names else []))
    assert fields() == ("title",)


def test_an_event_that_names_only_what_did_not_change_is_no_edit(page, recorded):
    modified(page, Attributes(IDublinCore, "IDublinCore.title"))
    assert recorded() == []


def test_a_field_stored_elsewhere_is_taken_from_the_event(page, fields):
    modified(page, Attributes(Interface, "IRating.stars"))
    assert fields() == ("stars",)


def test_a_field_set_and_set_back_is_no_edit(page, recorded):
    title = Attributes(IDublinCore, "IDublinCore.title")
    page.title = "Feast"
    modified(page, title)
    page.title = "Party"
    modified(page, title)
    assert recorded() == []


@pytest.mark.parametrize("named", [["IDublinCore.description"], []], ids=str)
def test_two_edits_in_one_transaction_name_the_fields_of_both(page, fields, named):
    page.title = "Feast"
    modified(page, Attributes(IDublinCore, "IDublinCore.title"))
    page.description = "Come all"
    modified(page, *([Attributes(IDublinCore, *named)] if named else []))
    assert fields() == ("description", "title")


def test_two_edits_in_two_transactions_are_two_edits(page, recorded):
    page.title = "Feast"
    modified(page)
    [first] = recorded()
    page.title = "Banquet"
    modified(page)
    assert [first, *recorded()] == [
        change(entry("edited", "news/party", "Feast", fields=("title",))),
        change(entry("edited", "news/party", "Banquet", fields=("title",))),
    ]


def test_a_savepoint_after_the_edit_hides_no_field(page, fields):
    page.title = "Feast"
    modified(page)
    transaction.savepoint()
    assert fields() == ("title",)


VALUES = {
    "contributors": ["Joan"],
    "creators": ["joan"],
    "effective": "2026-12-01T00:00:00",
    "exclude_from_nav": True,
    "expires": "2027-12-01T00:00:00",
    "rights": "All mine",
    "subjects": ["garden"],
    "table_of_contents": True,
}


@pytest.mark.parametrize("name", VALUES)
def test_a_field_edited_through_the_rest_api(clients, site, name, fields):
    clients("rest").edit("news/party", **{name: VALUES[name]})
    assert fields() == (name,)


def test_related_items_edited_through_the_rest_api(clients, site, fields):
    clients("rest").edit("news/party", relatedItems=[site["news"].UID()])
    assert fields() == ("relatedItems",)


def test_the_language_edited_through_the_rest_api(clients, page, fields):
    page.language = ""
    transaction.commit()
    clients("rest").edit("news/party", language="en")
    assert fields() == ("language",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("effective", datetime(2026, 12, 1)),
        ("expires", datetime(2027, 12, 1)),
        ("subjects", ("garden",)),
    ],
)
def test_a_field_is_found_under_the_name_it_is_stored_by(page, name, value, fields):
    setattr(IDublinCore(page), name, value)
    modified(page)
    assert fields() == (name,)


def test_a_list_changed_in_place(page, fields):
    page.creators = ["joan"]
    transaction.commit()
    page.creators.append("jane")
    page._p_changed = True
    modified(page)
    assert fields() == ("creators",)


@pytest.fixture
def document(site, add, recorded):
    document = add("news/minutes", "File")
    document.file = NamedBlobFile(b"one", filename="minutes.txt")
    recorded()
    return document


@pytest.mark.parametrize("names", [(), ("file",)], ids=["unnamed", "named"])
def test_a_file_changed_in_its_own_record(document, names, fields):
    document.file.contentType = "text/csv"
    modified(document, Attributes(Interface, *names))
    assert fields() == ("file",)


def test_a_file_changed_in_its_own_record_before_a_savepoint(document, fields):
    document.file.contentType = "text/csv"
    modified(document, Attributes(Interface, "file"))
    transaction.savepoint()
    assert fields() == ("file",)


def test_line_ends_that_a_browser_rewrote_are_no_edit(document, recorded):
    document.text = RichTextValue("<p>One</p>\n<p>Two</p>", "text/html", "text/html")
    document.description = "One\nTwo"
    recorded()
    document.text = RichTextValue("<p>One</p>\r\n<p>Two</p>", "text/html", "text/html")
    document.description = "One\r\nTwo"
    modified(document, Attributes(Interface, "text", "description"))
    assert recorded() == []


@pytest.mark.parametrize("named", [("title", "description"), ()])
def test_a_field_with_a_read_permission_is_not_named(site, fields, protect, named):
    protect(IDublinCore, "description")
    page = site["news"]["party"]
    page.title, page.description = "Feast", "Secret"
    modified(page, *([Attributes(IDublinCore, *named)] if named else []))
    assert fields() == ("title",)


# Comparing two files


@pytest.fixture(params=[NamedBlobFile, NamedFile])
def make(portal, request):
    """Return a file, in a blob and without one."""

    def make(data=b"minutes", name="minutes.txt", content_type="text/plain"):
        return request.param(data, content_type, name)

    return make


def test_a_copy_is_the_same(make):
    assert is_same_file(make(), make())


@pytest.mark.parametrize(
    "other",
    [
        {"data": b"minutes!"},
        {"data": b"Minutes"},
        {"data": b""},
        {"name": "agenda.txt"},
        {"content_type": "text/html"},
    ],
)
def test_another_name_type_or_content_makes_another_file(make, other):
    assert not is_same_file(make(), make(**other))
    assert not is_same_file(make(**other), make())


@pytest.mark.parametrize("end, expected", [(b"", True), (b"!", False)])
def test_large_files_are_compared_piece_by_piece(make, monkeypatch, end, expected):
    monkeypatch.setattr(recording_fields, "_CHUNK", 4)
    data = b"long minutes"
    other = data[: len(data) - len(end)] + end
    assert is_same_file(make(data), make(other)) is expected


def test_the_same_file_with_and_without_a_blob(portal):
    values = (b"minutes", "text/plain", "minutes.txt")
    assert is_same_file(NamedBlobFile(*values), NamedFile(*values))
