"""The old and new values of an edit: short ones, and none that are secret or about people."""

from .clients import each
from .clients.client import html
from .clients.client import PIXEL
from Acquisition import aq_base
from collective.appendonly.bounds import VALUE
from collective.appendonly.entry import encode
from collective.appendonly.entry import plain_text
from collective.appendonly.recording import content_story
from collective.appendonly.recording.differences import values as recording_values
from collective.appendonly.recording.differences.fields import PROPERTIES
from collective.appendonly.recording.differences.values import has_short_values
from collective.appendonly.recording.differences.values import short_pair
from DateTime import DateTime
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from decimal import Decimal
from plone import api
from plone.app.contenttypes.behaviors.collection import ICollection
from plone.app.dexterity.behaviors.metadata import IDublinCore
from plone.dexterity.utils import iterSchemata
from plone.namedfile.file import NamedBlobFile
from plone.namedfile.file import NamedBlobImage
from plone.namedfile.file import NamedFile
from plone.registry import field as registry_field
from pytz import timezone
from tests.product.recording.specimen import add_type
from tests.product.recording.specimen import ISpecimen
from z3c.relationfield import RelationValue
from zope.component import getUtility
from zope.intid.interfaces import IIntIds
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified
from zope.schema import getFieldNames

import pytest
import transaction


@pytest.fixture
def values(log):
    """Commit; return the values of the one entry in the newest change set."""

    def values():
        transaction.commit()
        _, change_set = next(iter(log.older()))
        [entry] = change_set.entries
        return entry.values

    return values


@pytest.fixture
def edit(values):
    """Set fields of an object, in any way; return the values that were recorded."""

    def edit(obj, **fields):
        for name, value in fields.items():
            setattr(obj, name, value)
        modified(obj)
        return values()

    return edit


# All fields of all types of Plone


def at(hour):
    return timezone("Europe/Berlin").localize(datetime(2026, 12, 1, hour))


def pages(number):
    """A query of a collection."""
    query = {"i": "portal_type", "o": "plone.app.querystring.operation.selection.any"}
    return [{**query, "v": ["Document"] * number}]


#: By the name of the field: the value before, the value after, and what is recorded. What has a
#: record of its own is made by each test.
FIELDS = {
    "title": ("Fern", "Bracken", ["Fern", "Bracken"]),
    "description": ("Green", "", ["Green", ""]),
    "subjects": (("garden", "old"), ("new", "garden"), [["old"], ["new"]]),
    "language": ("en", "de", ["en", "de"]),
    "effective": (
        None,
        DateTime("2026-12-01T10:30:00+01:00"),
        [None, "2026-12-01T10:30:00+01:00"],
    ),
    "expires": (
        DateTime("2027-12-01T10:30:00+01:00"),
        None,
        ["2027-12-01T10:30:00+01:00", None],
    ),
    "rights": ("All mine", "All yours", ["All mine", "All yours"]),
    "exclude_from_nav": (False, True, [False, True]),
    "versioning_enabled": (True, False, [True, False]),
    "table_of_contents": (False, True, [False, True]),
    "nextPreviousEnabled": (False, True, [False, True]),
    "allow_discussion": (None, True, [None, True]),
    "start": (at(8), at(9), ["2026-12-01T08:00:00+01:00", "2026-12-01T09:00:00+01:00"]),
    "end": (at(10), at(11), ["2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00"]),
    "whole_day": (False, True, [False, True]),
    "open_end": (True, False, [True, False]),
    "recurrence": (
        None,
        "RRULE:FREQ=DAILY;COUNT=3",
        [None, "RRULE:FREQ=DAILY;COUNT=3"],
    ),
    "location": ("Garden", "Shed", ["Garden", "Shed"]),
    "event_url": (
        "https://plone.org",
        "https://zope.dev",
        ["https://plone.org", "https://zope.dev"],
    ),
    "sort_on": ("effective", "created", ["effective", "created"]),
    "sort_reversed": (False, True, [False, True]),
    "limit": (2000, 7, [2000, 7]),
    "item_count": (30, 5, [30, 5]),
    "customViewFields": (["Title", "Type"], ["Title", "end"], [["Type"], ["end"]]),
    "image_caption": ("Cake", "Tart", ["Cake", "Tart"]),
    "image": (
        lambda: NamedBlobImage(PIXEL, filename="a.png"),
        lambda: NamedBlobImage(PIXEL, filename="b.png"),
        ["a.png, 1 KB, image/png", "b.png, 1 KB, image/png"],
    ),
    "file": (
        lambda: NamedBlobFile(b"one", "text/plain", "one.txt"),
        lambda: NamedBlobFile(b"two" * 1000, "text/csv", "two.csv"),
        ["one.txt, 1 KB, text/plain", "two.csv, 2.9 KB, text/csv"],
    ),
    "remoteUrl": (
        "https://plone.org",
        "https://zope.dev",
        ["https://plone.org", "https://zope.dev"],
    ),
    "layout": ("old_view", "new_view", ["old_view", "new_view"]),
    "default_page": ("old", "new", ["old", "new"]),
}
#: Fields of which nothing but the name is recorded.
NAMED_ONLY = {
    "creators": (("jane",), ("unheard",)),
    "contributors": (("jane",), ("unheard",)),
    "attendees": (("jane",), ("unheard",)),
    "contact_name": ("jane", "unheard"),
    "contact_email": ("jane@example.org", "unheard@example.org"),
    "contact_phone": ("1", "unheard"),
    "sync_uid": ("1", "unheard"),
    "text": (lambda: html("<p>One</p>"), lambda: html("<p>unheard</p>")),
    "query": (pages(1), pages(2)),
}
# In forms, but not part of the content.
NO_CONTENT = {"changeNote", "id"}
ATTRIBUTES = {
    "effective": "effective_date",
    "expires": "expiration_date",
    # The site has one language.
    "language": "language",
}
TYPES = [
    "Collection",
    "Document",
    "Event",
    "File",
    "Folder",
    "Image",
    "Link",
    "News Item",
    "Plone Site",
]


def put(obj, name, value):
    """Set a field as forms do, or an attribute."""
    value = value() if callable(value) else value
    if name in ATTRIBUTES:
        setattr(obj, ATTRIBUTES[name], value)
        return
    for schema in iterSchemata(obj):
        if name in schema:
            setattr(schema(obj), name, value)
            return
    setattr(obj, name, value)


def names_of(obj):
    """Return the names of all fields and properties of an object."""
    return {
        name for schema in iterSchemata(obj) for name in getFieldNames(schema)
    } | PROPERTIES


def related(*objects):
    """Return relations to objects."""
    intids = getUtility(IIntIds)
    return [RelationValue(intids.getId(obj)) for obj in objects]


@pytest.mark.parametrize("portal_type", TYPES)
def test_all_fields_of_the_types_of_plone(site, portal_type, log, recorded):
    if portal_type == "Plone Site":
        obj = site
    else:
        obj = api.content.create(site["news"], portal_type, "fern", title="Fern")
    news, archive, party = site["news"], site["archive"], site["news"]["party"]
    expected = {name: pair for name, (_, _, pair) in FIELDS.items()}
    before = {name: old for name, (old, _, _) in FIELDS.items()}
    after = {name: new for name, (_, new, _) in FIELDS.items()}
    for name, (old, new) in NAMED_ONLY.items():
        before[name], after[name] = old, new
    before["relatedItems"] = related(news, archive)
    after["relatedItems"] = related(archive, party)
    expected["relatedItems"] = [[news.UID()], [party.UID()]]

    names = names_of(obj) - NO_CONTENT
    assert names <= before.keys()
    for name in names:
        put(obj, name, before[name])
    recorded()
    for name in names:
        put(obj, name, after[name])
    modified(obj)
    [change_set] = recorded()
    _, stored = next(iter(log.older()))
    [entry] = stored.entries
    assert set(entry.fields) == names
    assert entry.values == {
        name: pair for name, pair in expected.items() if name in names
    }
    assert b"unheard" not in plain_text(encode(stored))


# Fields of add-ons


@pytest.fixture
def specimen(site, recorded):
    add_type(site, "Specimen", schema=ISpecimen.__identifier__)
    specimen = api.content.create(site["news"], "Specimen", "fern", title="Fern")
    recorded()
    return specimen


#: The value before, the value after, and what is recorded.
KINDS = {
    "habitat": ("Shade", "Sun", ["Shade", "Sun"]),
    "remarks": (None, "Rare.\r\nVery.", [None, "Rare.\nVery."]),
    "markup": ("<b/>", "<i/>", ["<b/>", "<i/>"]),
    "code": ("A-1", "A-2", ["A-1", "A-2"]),
    "height": (0, 12, [0, 12]),
    "weight": (0.5, 0.75, [0.5, 0.75]),
    "price": (Decimal("1.10"), Decimal("1.2"), ["1.10", "1.2"]),
    "edible": (None, True, [None, True]),
    "colour": ("red", "blue", ["red", "blue"]),
    "day": (date(2026, 11, 23), date(2026, 11, 24), ["2026-11-23", "2026-11-24"]),
    "hour": (time(9, 30), None, ["09:30:00", None]),
    "moment": (datetime(2026, 11, 23, 9), None, ["2026-11-23T09:00:00", None]),
    "places": (["Rome", "York"], ["York", "Bonn", "Ulm"], [["Rome"], ["Bonn", "Ulm"]]),
    "months": ({5, 6}, {6, 7}, [["5"], ["7"]]),
    "sheet": (
        None,
        lambda: NamedFile(b"x" * 2048, "text/plain", "sheet.txt"),
        [None, "sheet.txt, 2.0 KB, text/plain"],
    ),
}
#: Of these, nothing but the name is recorded, and of the last not even that.
NEVER = {
    "story": (lambda: html("<p>One</p>"), lambda: html("<p>unheard</p>")),
    "blocks": ({}, {"a": {"@type": "slate", "plaintext": "unheard"}}),
    "measures": ({}, {"unheard": "unheard"}),
    "rows": ([], [{"a": "unheard"}]),
    "anything": ([], ["unheard"]),
    "scan": (b"", b"unheard"),
    "label": (b"", b"unheard"),
    "age": (timedelta(1), timedelta(271828)),
    "watchword": ("unheard of", "unheard"),
    "api_key": ("unheard of", "unheard"),
    "PassPhrase": ("unheard of", "unheard"),
    "access_token": ("unheard of", "unheard"),
    "clientSecret": ("unheard of", "unheard"),
    "privateNumber": (1, 271828),
    "license": (["unheard of"], ["unheard"]),
    "watchwords": (["unheard of"], ["unheard"]),
    "desk": ("unheard@example.org", "of@example.org"),
    "mailbox": ("unheard of", "unheard"),
    "telephone": (("271828",), ("unheard",)),
    "finder": ("unheard of", "unheard"),
}


@pytest.mark.parametrize("tell", ["event", "named", "reindex"])
def test_all_kinds_of_fields(site, specimen, tell, log, recorded):
    kinds, never = dict(KINDS), NEVER
    party = site["news"]["party"]
    [relation] = related(party)
    kinds["parent"] = (relation, None, [party.UID(), None])
    assert set(getFieldNames(ISpecimen)) == kinds.keys() | never.keys()
    before = {name: old for name, (old, *_) in {**kinds, **never}.items()}
    after = {name: new for name, (_, new, *_) in {**kinds, **never}.items()}
    for name, value in before.items():
        put(specimen, name, value)
    recorded()
    for name, value in after.items():
        put(specimen, name, value)
    if tell == "reindex":
        specimen.reindexObject()
    else:
        names = after if tell == "named" else ()
        modified(specimen, *([Attributes(ISpecimen, *names)] if names else []))
    assert len(recorded()) == 1
    _, change_set = next(iter(log.older()))
    [entry] = change_set.entries
    assert set(entry.fields) == after.keys() - {"finder"}
    assert entry.values == {name: pair for name, (_, _, pair) in kinds.items()}
    stored = b"".join(plain_text(encode(found)) for _, found in log.older())
    for word in (b"unheard", b"271828", b"example.org", b"<p>"):
        assert word not in stored


LONG = "unheard" * 30


TOO_LONG = {
    "new line": ("habitat", "Shade", LONG),
    "old line": ("habitat", LONG, ""),
    "old text": ("remarks", "x" * 100_000 + "unheard", "y"),
    "one of a list": ("places", ["Rome"], ["Rome", LONG]),
    "many of a list": ("places", [], [f"unheard {number}" for number in range(99)]),
    "name of a file": ("sheet", None, LONG),
}


@pytest.mark.parametrize("case", TOO_LONG)
def test_values_that_are_too_long(specimen, edit, log, case):
    name, old, new = TOO_LONG[case]
    if name == "sheet":
        new = NamedFile(b"", "text/plain", new)
    edit(specimen, **{name: old})
    assert edit(specimen, **{name: new}, height=7) == {"height": [None, 7]}
    stored = b"".join(plain_text(encode(found)) for _, found in log.older())
    assert b"unheard" not in stored


def test_a_long_value_takes_nothing_along(specimen, edit):
    assert edit(specimen, places=["x" * VALUE], habitat="y" * VALUE) == {
        "places": [[], ["x" * VALUE]],
        "habitat": [None, "y" * VALUE],
    }
    assert edit(specimen, places=["x" * VALUE, "z"], habitat="y" * (VALUE + 1)) == {
        "places": [[], ["z"]]
    }


class Slate:
    """A value that no field allows."""


ODD = {
    "bytes": ("habitat", b"bytes"),
    "an object": ("habitat", Slate()),
    "a mapping": ("habitat", {"a": "mapping"}),
    "rich text": ("habitat", html("<p>Rich</p>")),
    "a very large number": ("height", 10**5000),
    "a number that JavaScript does not know": ("height", 2**53 + 1),
    "no number": ("weight", float("nan")),
    "infinity": ("weight", float("-inf")),
    "bytes in a list": ("places", [b"bytes"]),
    "a list in a list": ("places", [["a list"]]),
    "an object in a list": ("places", [Slate()]),
    "a class": ("colour", Slate),
}


@pytest.mark.parametrize("case", ODD)
def test_values_of_a_kind_that_the_field_does_not_have(
    specimen, edit, log, errors, case
):
    name, value = ODD[case]
    assert edit(specimen, **{name: value}, code="A") == {"code": [None, "A"]}
    _, change_set = next(iter(log.older()))
    assert set(change_set.entries[0].fields) == {name, "code"}
    errors()


def test_half_of_a_pair(specimen, edit):
    assert edit(specimen, habitat="\ud83c", places=["\ud83c"]) == {
        "habitat": [None, "?"],
        "places": [[], ["?"]],
    }


def test_values_that_cannot_be_sorted(specimen, edit, errors):
    assert edit(specimen, months={5, "May"}, code="A") == {"code": [None, "A"]}
    assert len(errors()) == 1


class Lost(NamedFile):
    """A file whose data cannot be read."""

    @property
    def contentType(self):
        raise RuntimeError("The data is lost.")

    @contentType.setter
    def contentType(self, value):
        pass


def test_a_value_that_raises_takes_no_other_along(specimen, edit, errors):
    assert edit(specimen, sheet=Lost(b"", "text/plain", "a"), code="A") == {
        "code": [None, "A"]
    }
    assert len(errors()) == 1


def test_a_relation_to_what_is_gone(specimen, values):
    specimen.parent, specimen.code = RelationValue(7), "A"
    specimen.reindexObject()
    assert values() == {"code": [None, "A"]}


def test_of_thousands_of_relations_few_are_looked_up(specimen, edit, monkeypatch):
    looked_up = []

    def uuid(obj, default):
        looked_up.append(obj)
        return "u" * 32

    monkeypatch.setattr(recording_values, "IUUID", uuid)
    relations = [RelationValue(number) for number in range(2000)]
    assert edit(specimen, places=relations) == {}
    assert len(looked_up) < 10


# When they are recorded


def test_only_what_was_changed_is_read(page, edit, monkeypatch):
    read, states = [], []
    ask, load = recording_values.stored_value, content_story.committed_state

    def noticing(obj, name, *state):
        read.append(name)
        return ask(obj, name, *state)

    def loading(obj):
        states.append(obj)
        return load(obj)

    monkeypatch.setattr(recording_values, "stored_value", noticing)
    monkeypatch.setattr(content_story, "committed_state", loading)
    assert edit(page, title="Feast") == {"title": ["Party", "Feast"]}
    assert read == ["title", "title"]
    assert len(states) == 1


def test_new_content_has_none(client, site, values):
    client.add_page("news", "Fence")
    assert values() == {}
    client.copy("news/fence", "archive")
    assert values() == {}


def test_a_new_page_that_is_edited_at_once_has_none(add, edit):
    assert edit(add("news/fence"), title="Wall") == {}


def test_an_edit(client, page, values):
    client.edit("news/party", title="Ball", description="With a band")
    assert values() == {
        "title": ["Party", "Ball"],
        "description": [None, "With a band"],
    }


def test_two_edits_in_one_transaction(page, values):
    for title in ("Feast", "Ball"):
        page.title = title
        modified(page)
    assert values() == {"title": ["Party", "Ball"]}


def test_an_edit_before_a_savepoint(page, values):
    page.title = "Feast"
    modified(page)
    transaction.savepoint()
    assert values() == {"title": ["Party", "Feast"]}


def test_an_edit_and_a_new_name(client, site, values):
    client.rename("news/party", "ball", "Ball")
    assert values() == {"title": ["Party", "Ball"]}


def test_an_edit_and_publishing(page, values):
    page.title = "Feast"
    modified(page)
    api.content.transition(page, "publish")
    assert values() == {"title": ["Party", "Feast"]}


@pytest.mark.parametrize("name", each("api", "contents"))
def test_tags_without_event(clients, name, page, values):
    page.subject = ("old", "garden")
    transaction.commit()
    clients(name).tag("news/party", add=["new"], remove=["old"])
    assert values() == {"subjects": [["old"], ["new"]]}


def test_reverting(client, page, values):
    client.edit("news/party", title="Ball")
    client.revert("news/party", 0)
    assert values() == {"title": ["Ball", "Party"]}


def test_checking_in(client, site, values):
    client.check_out("news/party")
    assert values() == {}
    copy = "news/copy_of_party"
    client.edit(copy, title="Ball")
    assert values() == {"title": ["Party", "Ball"]}
    client.edit(copy, title="Dance")
    client.check_in(copy)
    assert values() == {"title": ["Party", "Dance"]}


def test_a_field_that_the_form_fills_in(classic, page, values):
    page.language = ""
    transaction.commit()
    classic.save_unchanged("news/party")
    assert values() == {"language": ["", "en"]}


def test_a_field_that_was_never_stored_has_its_default(add, edit):
    collection = add("news/all", "Collection")
    transaction.commit()
    assert "limit" not in vars(aq_base(collection))
    assert edit(collection, limit=7) == {"limit": [ICollection["limit"].default, 7]}


def test_a_field_stored_elsewhere_has_none(page, values):
    modified(page, Attributes(IDublinCore, "IRating.stars"))
    assert values() == {}


def test_an_attribute_that_no_field_has(page, values):
    page.stars = 1
    transaction.commit()
    page.stars = 2
    modified(page, Attributes(IDublinCore, "IRating.stars"))
    assert values() == {}


def test_the_order_of_a_list_alone(specimen, edit, log):
    edit(specimen, places=["Rome", "York"])
    assert edit(specimen, places=["York", "Rome"]) == {}
    _, change_set = next(iter(log.older()))
    assert change_set.entries[0].fields == ("places",)


def test_an_excluded_edit_has_none(page, configure, values):
    configure(actions_left_out=("edited",))
    page.title = "Feast"
    modified(page)
    api.content.transition(page, "publish")
    assert values() == {}


def test_with_the_setting_off_there_are_none(page, configure, edit, values, log):
    configure(record_values=False)
    assert edit(page, title="Feast") == {}
    page.subject = ("garden",)
    page.reindexObject()
    assert values() == {}
    (_, second), (_, first), *_ = log.older()
    assert first.entries[0].fields == ("title",)
    assert second.entries[0].fields == ("subjects",)
    configure(record_values=True)
    assert edit(page, title="Party") == {"title": ["Feast", "Party"]}


# For other sources of values: settings


@pytest.mark.parametrize(
    "name, field, expected",
    [
        ("plone.site_title", registry_field.TextLine(), True),
        (
            "plone.available_languages",
            registry_field.List(value_type=registry_field.TextLine()),
            True,
        ),
        ("plone.smtp_pass", registry_field.Password(), False),
        ("plone.smtp_pass", registry_field.TextLine(), False),
        ("plone.watchword", registry_field.Password(), False),
        ("plone.license_key", registry_field.TextLine(), False),
        ("plone.site_logo", registry_field.Bytes(), False),
        ("plone.email_from_name", registry_field.TextLine(), True),
    ],
)
def test_settings(name, field, expected):
    assert has_short_values(name, field) is expected


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("a", "b", ["a", "b"]),
        (None, "", [None, ""]),
        ("a", "a", None),
        ("a\r\nb", "a\nb", None),
        ((), ["b", "a"], [[], ["b", "a"]]),
        (None, ["b"], [[], ["b"]]),
        (["a"], None, [["a"], []]),
        (["a", "b"], ("b", "a"), None),
        (frozenset("ba"), {"c", "b"}, [["a"], ["c"]]),
        (["a", "a"], [], [["a"], []]),
        ("a", ["b"], None),
        ("a" * VALUE, 0, ["a" * VALUE, 0]),
        ("a" * (VALUE + 1), 0, None),
    ],
)
def test_a_short_pair(old, new, expected):
    assert short_pair(old, new) == expected
