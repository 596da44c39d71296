"""Single odd things that took the activity away from everyone, in each output."""

from lxml import etree
from lxml import html
from Missing import Value as Missing
from tests.product.chaos.odd import change_row
from tests.product.chaos.odd import give_properties
from tests.product.chaos.odd import set_icon
from tests.product.chaos.odd import set_title_of_type
from tests.product.chaos.odd import Spiteful
from tests.product.chaos.odd import store
from tests.product.chaos.odd import stored
from tests.product.matrix.outputs import OUTPUTS
from tests.product.people import acting
from tests.product.people import add_person
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.whole_pages

#: A spreadsheet has columns in the place of a sentence.
SENTENCES = sorted(OUTPUTS.keys() - {"spreadsheet"})


@pytest.mark.parametrize(
    "title, shown",
    [
        pytest.param(b"Stra\xc3\x9fe", "Straße", id="bytes"),
        pytest.param(Missing, "zqodd0", id="missing", marks=pytest.mark.slow),
        pytest.param(Spiteful(), "zqodd0", id="object", marks=pytest.mark.slow),
    ],
)
def test_a_title_that_is_no_text(portal, listed, title, shown):
    page = portal["odd"]["zqodd0"]
    page.title = title
    change_row(portal, page, Title=title)
    transaction.commit()
    # As a value of its own, a title may be empty.
    for output in OUTPUTS if shown != page.getId() else SENTENCES:
        assert listed(output, "member", f"{shown}|zqodd0") == [shown], output


@pytest.mark.parametrize(
    "properties, name",
    [
        pytest.param({"fullname": b"J\xc3\xb6rg"}, "Jörg", id="bytes"),
        pytest.param(
            {"fullname": Spiteful()}, "jane", id="object", marks=pytest.mark.slow
        ),
        pytest.param(None, "jane", id="failing", marks=pytest.mark.slow),
    ],
)
def test_a_name_that_is_no_text(portal, listed, properties, name):
    give_properties(portal, "jane", properties)
    transaction.commit()
    for output in SENTENCES:
        found = listed(output, "member", "Jörg|Jane|jane")
        # The public deeds of Jane in the two folders, and on eight pages, of which one is removed.
        assert found == [name] * 10, output


@pytest.mark.parametrize(
    "portal_type",
    [
        "Gone",
        pytest.param("Odd", marks=pytest.mark.slow),
        pytest.param("Lost", marks=pytest.mark.slow),
    ],
)
def test_content_of_an_add_on_that_is_gone(portal, listed, portal_type):
    """Its type has a model or a schema in the add-on, or is gone, too."""
    gone = {"u": "4" * 32, "y": portal_type, "a": "jane"}
    store(portal, stored(portal["calm"], **gone, s="private"))
    transaction.commit()
    for output in OUTPUTS:
        assert listed(output, "member", "Title then") == ["Title then"], output


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"c": 7, "r": {"jane": [None, 7]}}, id="note-roles"),
        pytest.param({"a": ["jane"], "r": ["jane"], "m": {}}, id="actor-roles-source"),
        pytest.param({"u": "", "y": "user", "n": ["jane"]}, id="user"),
        pytest.param({"m": ["odd", 0, ["4" * 32]]}, id="uid-of-source"),
    ],
)
def test_an_entry_from_before_an_account_was_created(
    portal, listed, calm_lines, values
):
    place = {"/": "odd/zqodd0", "n": "Title then"}
    store(portal, stored(portal["odd"]["zqodd0"], **place | values))
    add_person("newcomer", "Newcomer")
    transaction.commit()
    for output in OUTPUTS:
        assert listed(output, "manager") == calm_lines("manager"), output


@pytest.mark.slow
def test_titles_of_types_and_states_that_are_no_text(portal, listed, reader):
    set_title_of_type(portal, "Gone", Spiteful(), b"plone")
    set_title_of_type(portal, "Odd", b"Odd\xff", "")
    portal.portal_workflow.odd_workflow.states["private"].title = Spiteful()
    gone = {"u": "4" * 32, "y": "Gone", "a": "jane"}
    changed = {"x": ["transitioned"], "w": ["seal"], "s": "private"}
    store(portal, stored(portal["calm"], **gone, **changed))
    transaction.commit()
    for output in SENTENCES:
        found = listed(output, "manager", "the state of .*Title then.* to “private”")
        assert len(found) == 1, output
    page = reader("manager").read("/@@activity-controlpanel")
    boxes = html.fromstring(page).cssselect(
        "#formfield-form-widgets-types_left_out label"
    )
    titles = {label.text_content().strip() for label in boxes}
    assert {"Gone", "Odd\ufffd", "Page"} <= titles


@pytest.mark.slow
@pytest.mark.parametrize("icon", [b"++plone++x.svg", None, "++plone++nothing.svg", 7])
def test_icons_that_cannot_be_read(portal, listed, calm_lines, icon):
    for name in ("contenttype/document", "plus-circle", "pencil", "rss"):
        set_icon(name, icon)
    transaction.commit()
    for output in ("page", "viewlet"):
        assert listed(output, "member") == calm_lines("member")


TURNED = "\u202eRose\u2066 bed"


@pytest.fixture
def turned(portal):
    """A page and a user with names that turn the text after them around."""
    give_properties(portal, "jane", {"fullname": "J\u202dane"})
    page = portal["odd"]["zqodd0"]
    with acting("jane"):
        page.title = TURNED
        modified(page)


def test_no_title_or_name_turns_a_sentence_around(turned, listed):
    for output in SENTENCES:
        lines = listed(output, "member", r"\w.*Rose.*?bed")
        edited = [line for line in lines if "edited" in line]
        assert len(edited) == 1, output
        assert "Jane edited" in edited[0]
        for line in lines:
            assert not set(line) & set("\u202d\u202e\u2066"), output


def test_names_and_titles_are_isolated_in_pages(turned, reader):
    def isolated(path, part):
        page = html.fromstring(reader("member").read(path))
        [part] = page.cssselect(part)
        return [element.text_content() for element in part.cssselect("bdi")]

    query = "text=Rose&actions=edited"
    remark = "Changed: "
    listed = isolated(f"/@@activity?{query}", "#activity-list li")
    assert listed[:2] == ["Jane", "Rose bed"]
    assert [text[: len(remark)] for text in listed[2:]] in ([], [remark])
    heading = isolated("/@@activity-of?actor=jane", "#content > header")
    assert heading == ["Jane", "Jane"]
    assert isolated("/odd/zqodd0/@@activity", "#content > header") == ["Rose bed"]
    assert isolated(f"/@@activity?{query}", "ul[aria-label]") == ["“Rose”", "Edited"]


@pytest.mark.parametrize("name", ["activity.atom", "activity.rss"])
def test_titles_of_feeds_do_not_turn_text_around(turned, reader, name):
    feed = reader("member").read(f"/odd/zqodd0/@@{name}")
    texts = list(etree.fromstring(feed.encode()).itertext())
    assert any("Activity: Rose bed" in text for text in texts)
    assert not set(feed) & set("\u202d\u202e\u2066")
