"""Comparisons of two versions: the words that an edit changed."""

from AccessControl import Unauthorized
from collective.appendonly.feed import feed
from collective.appendonly.presentation import changes as presented
from collective.appendonly.presentation.changes import requested_comparison
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.recording.differences import fields as recording_fields
from DateTime import DateTime
from datetime import datetime
from datetime import time
from datetime import timezone
from decimal import Decimal
from plone import api
from plone.app.dexterity.behaviors.metadata import IDublinCore
from plone.app.textfield.value import RichTextValue
from plone.namedfile.file import NamedBlobImage
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import reading
from tests.product.presentation.test_differences import marked
from tests.product.recording.specimen import ISpecimen
from zExceptions import NotFound
from zope.lifecycleevent import modified

import base64
import pytest
import transaction


def rich(text):
    return RichTextValue(text, "text/html", "text/x-html-safe")


def fill(portal):
    add_jane()
    add_mary()
    fti = portal.portal_types["Document"]
    behaviors = (*fti.behaviors, "volto.blocks", "plone.leadimage")
    fti.manage_changeProperties(behaviors=behaviors)
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
        api.content.transition(page, "publish")
    with acting("jane"):
        page.text = rich("<p>Garden <b>rules</b></p><p>No dogs.</p>")
        page.subject = ("garden", "old")
        page.exclude_from_nav = False
        page.language = "en"
        modified(page)


functional = database_of(site_with(fill))


@pytest.fixture
def page(portal):
    """A public page by Jane, with the versions 0 and 1."""
    return portal["party"]


@pytest.fixture
def edit(page):
    """Change attributes of the page, as Jane does, and return the number of the new version."""

    def edit(**attributes):
        with acting("jane"):
            for name, value in attributes.items():
                setattr(page, name, value)
            modified(page)
        return page.version_id

    return edit


@pytest.fixture
def compared(page, http_request):
    """Return what differs between two versions, by the titles of fields, with marks."""

    def compared(older, newer, user="jane", obj=page):
        http_request.form |= {"from": older, "to": newer}
        with reading(user):
            found = requested_comparison(obj, http_request)
        assert found.is_complete
        return {
            change.title: [marked(passage) for passage in change.passages]
            for change in found.changes
        }

    return compared


def test_a_paragraph_that_ends_elsewhere_changes_no_words(edit, compared):
    older = edit(text=rich("<p>Bring your</p><p>own spade.</p><p>Enjoy!</p>"))
    newer = edit(text=rich("<p>Bring your own</p><p>spade.</p><p>Enjoy!</p>"))
    assert compared(str(older), str(newer)) == {"Text": []}


def test_each_field_that_an_edit_changed(portal, edit, compared, http_request):
    assert (
        edit(
            title="Feast",
            text=rich("<p>Rules of the garden</p><p>No dogs.</p><p>Enjoy!</p>"),
            subject=("new", "garden"),
            exclude_from_nav=True,
            effective_date=DateTime("2026/11/23 09:30:00 UTC"),
            expiration_date=DateTime("2027/11/23 09:30:00 UTC"),
        )
        == 2
    )
    moment = Times(portal, http_request).moment
    found = compared("1", "2")
    # As in the edit form.
    assert list(found) == [
        *("Title", "Text", "Exclude from navigation", "Tags"),
        *("Publishing Date", "Expiration Date"),
    ]
    published = found.pop("Publishing Date")
    assert published[0].endswith(
        f"{{+{moment(datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc))}+}}"
    )
    assert found == {
        "Exclude from navigation": ["[-no-] {+yes+}"],
        "Title": ["[-Party-] {+Feast+}"],
        "Tags": ["[-old-] {+new+}"],
        "Expiration Date": [
            f"{{+{moment(datetime(2027, 11, 23, 9, 30, tzinfo=timezone.utc))}+}}"
        ],
        "Text": ["[-Garden rules-] {+Rules of the garden+}", "{+Enjoy!+}"],
    }


def test_versions_can_be_compared_in_any_order(edit, compared):
    edit(title="Feast")
    edit(title="Big feast")
    assert compared("1", "3") == {"Title": ["[-Party-] {+Big feast+}"]}
    assert compared("3", "1") == {"Title": ["[-Big feast-] {+Party+}"]}
    assert compared("2", "2") == {}


def test_what_changes_no_word(edit, compared):
    edit(text=rich("<p>Garden <i>rules</i></p>\n<p class='x'>No dogs.</p>"))
    assert compared("1", "2") == {"Text": []}


def test_a_file_is_named(edit, compared):
    pixel = base64.b64decode(
        "R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="
    )
    edit(image=NamedBlobImage(pixel, "image/gif", "rose.gif"))
    edit(image=NamedBlobImage(pixel, "image/gif", "tulip.gif"))
    [(_, passages)] = compared("1", "2").items()
    assert passages == ["{+rose.gif, 1 KB, image/gif+}"]
    [(_, passages)] = compared("2", "3").items()
    assert passages == ["[-rose.gif, 1 KB, image/gif-] {+tulip.gif, 1 KB, image/gif+}"]


@pytest.mark.parametrize(
    "name, old, new, passages",
    [
        ("hour", time(9), time(10, 30), ["[-09:00:00-] {+10:30:00+}"]),
        ("price", Decimal("1.20"), None, ["[-1.20-]"]),
        ("months", {5, 6}, {6, 7}, ["[-5-] {+7+}"]),
        ("places", ["Rose"], ["Rose", "Lily"], ["{+Lily+}"]),
        # Too long for an entry: compared line by line.
        (
            "places",
            ["Rose", "x" * 201],
            ["Rose", "Lily"],
            [f"[-{'x' * 201}-] {{+Lily+}}"],
        ),
    ],
)
def test_fields_of_other_kinds(portal, edit, compared, name, old, new, passages):
    fti = portal.portal_types["Document"]
    fti.manage_changeProperties(schema=ISpecimen.__identifier__)
    before = edit(**{name: old})
    after = edit(**{name: new})
    assert compared(str(before), str(after)) == {name: passages}


def slate(text):
    value = [{"type": "p", "children": [{"text": text}]}]
    return {"@type": "slate", "plaintext": text, "value": value}


BLOCKS = {
    "a": {"@type": "title"},
    "b": slate("No dogs in the garden."),
    "c": {"@type": "text", "text": {"blocks": [{"text": "Draft"}], "entityMap": {}}},
    "d": {"@type": "image", "url": "/rose.png", "alt": "A rose"},
    "e": {"@type": "gridBlock", "blocks": {"x": slate("In"), "y": slate("side")}},
}


def layout(blocks):
    return {"items": list(blocks)}


def test_words_of_blocks_are_compared_block_by_block(edit, compared):
    edit(blocks=BLOCKS, blocks_layout=layout(BLOCKS))
    assert compared("1", "2") == {
        "Content": [
            "{+[title]+}",
            "{+No dogs in the garden.+}",
            "{+Draft+}",
            "{+A rose+}",
            "{+In side+}",
        ]
    }
    after = {
        "f": slate("Welcome"),
        **BLOCKS,
        "b": slate("No cats in the garden."),
        "e": {"@type": "gridBlock", "blocks": {"x": slate("Out"), "y": slate("side")}},
    }
    del after["c"]
    edit(blocks=after, blocks_layout=layout(after))
    assert compared("2", "3") == {
        "Content": [
            "{+Welcome+}",
            "No [-dogs-] {+cats+} in the garden.",
            "[-In-] {+Out+}",
            "[-Draft-]",
        ]
    }


def test_blocks_whose_order_or_settings_were_changed(edit, compared):
    edit(blocks=BLOCKS, blocks_layout=layout(BLOCKS))
    edit(blocks_layout=layout(reversed(BLOCKS)))
    assert compared("2", "3") == {"Content": []}
    edit(blocks={**BLOCKS, "d": {**BLOCKS["d"], "align": "left"}})
    assert compared("3", "4") == {"Content": []}


@pytest.mark.parametrize(
    "odd",
    [
        {"b": {}},
        {"b": {"@type": "slate", "text": 7, "title": None, "alt": ["x"]}},
        {"b": {"@type": "slate", "plaintext": {"a": [["b"]]}, "value": "x"}},
        {"b": {"text": [[[[[[[[[[[[[[[[[[[[[[[[["deep"]]]]]]]]]]]]]]]]]]]]]]]]]}},
    ],
)
def test_odd_blocks_break_nothing(edit, compared, odd):
    edit(blocks=BLOCKS, blocks_layout=layout(BLOCKS))
    edit(blocks={**BLOCKS, **odd}, title="Feast")
    found = compared("2", "3")
    assert list(found) == ["Title", "Content"]
    assert found["Title"] == ["[-Party-] {+Feast+}"]


def test_a_field_that_cannot_be_compared_is_named(edit, compared, monkeypatch, caplog):
    def value(obj, name, *state):
        if name == "title":
            raise ZeroDivisionError(name)
        return recording_fields.stored_value(obj, name, *state)

    monkeypatch.setattr(presented, "stored_value", value)
    edit(title="Feast", description="New")
    assert compared("1", "2") == {"Title": [], "Summary": ["{+New+}"]}
    assert [record.getMessage() for record in caplog.records] == [
        "A difference could not be shown: 'title' of 'Document'."
    ]


def test_a_field_with_a_read_permission_is_left_out(edit, compared, protect):
    protect(IDublinCore, "description")
    edit(title="Feast", description="Secret")
    assert compared("1", "2") == {"Title": ["[-Party-] {+Feast+}"]}


def test_long_texts_are_not_shown_completely(page, edit, http_request):
    edit(text=rich("".join(f"<p>Rule {n}</p>" for n in range(200))))
    http_request.form |= {"from": "1", "to": "2"}
    with reading("jane"):
        found = requested_comparison(page, http_request)
    [change] = found.changes
    assert (len(change.passages), found.is_complete) == (1, False)


@pytest.mark.parametrize("user", ["mary", None])
def test_users_who_cannot_view_versions_get_nothing(compared, user):
    with pytest.raises(Unauthorized):
        compared("0", "1", user)


def test_users_who_cannot_view_the_page_get_nothing(page, compared):
    page.manage_permission("View", ["Manager"])
    with pytest.raises(Unauthorized):
        compared("0", "1")


@pytest.mark.parametrize(
    "older, newer",
    [
        (None, None),
        ("0", None),
        ("0", "2"),
        ("-1", "1"),
        ("0", ["1", "1"]),
        ("0", 1),
        ("0", "١"),
        ("0", "1" * 5000),
        ("", ""),
    ],
)
def test_versions_that_do_not_exist_are_not_found(compared, older, newer):
    with pytest.raises(NotFound):
        compared(older, newer)


def test_purged_versions_and_content_without_versions_are_not_found(
    portal, page, edit, compared
):
    edit(title="Feast")
    api.portal.get_tool("portal_repository").purge(page, 1)
    transaction.commit()
    with pytest.raises(NotFound):
        compared("1", "2")
    assert "Title" in compared("0", "2")
    folder = api.content.create(portal, "Folder", "garden")
    for obj in (portal, folder):
        with pytest.raises(NotFound):
            compared("0", "1", "admin", obj)


def test_a_type_that_cannot_be_compared_is_not_found(compared):
    api.portal.get_tool("portal_diff").setDiffForPortalType("Document", {})
    with pytest.raises(NotFound):
        compared("0", "1")


def test_comparing_changes_nothing(edit, compared, changed):
    edit(title="Feast", blocks=BLOCKS, blocks_layout=layout(BLOCKS))
    changed.clear()
    assert list(compared("1", "2")) == ["Title", "Content"]
    assert changed == []


def test_lines_lead_to_what_changed(portal, page, edit, http_request):
    edit(title="Feast")
    edit(title="Big feast")
    with reading("jane"):
        newest, oldest, *_ = [item.entries[0] for item in feed(portal).items]
        found = Versions(http_request)
        urls = found.preview(newest), found.preview(newest, oldest)
    assert urls == (
        f"{page.absolute_url()}/@@activity-changes?from=2&to=3",
        f"{page.absolute_url()}/@@activity-changes?from=1&to=3",
    )
    with reading("mary"):
        assert Versions(http_request).preview(newest) is None
