"""The filters of the activity page: in its URL and in its form."""

from collective.appendonly.actions import known_actions
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import WORKFLOW
from lxml import html
from tests.product.feed.conftest import SECRET
from urllib.parse import parse_qs
from urllib.parse import urlsplit

import json
import pytest
import transaction


JANE = "Jane Miller"
ALL = [
    "Jane Miller created Page Party",
    "Mary Member removed Page Hours",
    "Mary Member edited Folder Garden",
    "Jane Miller edited Page Hours",
]


@pytest.fixture
def story(garden, push, jane, mary):
    """The activity of two users on three days."""
    day = 24 * 60
    push("garden/hours", 0)
    push("garden", day, actor="mary")
    push("garden/hours", day + 5, actor="mary", actions=("removed",))
    push("party", 2 * day, actions=("created",))
    return garden


@pytest.mark.parametrize(
    "query, expected",
    [
        ("", ALL),
        ("actor=jane", [ALL[0], ALL[3]]),
        ("actor=nobody", []),
        ("actions=edited", ALL[2:]),
        ("actions=edited&actions=created", [ALL[0], *ALL[2:]]),
        ("types=Folder", [ALL[2]]),
        ("types=Folder&types=Document&actor=mary", ALL[1:3]),
        ("text=HOURS", [ALL[1], ALL[3]]),
        ("from=2026-11-25", [ALL[0]]),
        ("to=2026-11-23", [ALL[3]]),
        ("from=2026-11-24&to=2026-11-24", ALL[1:3]),
        ("from=2026-11-24T09:03:00%2B00:00&to=2026-11-25", ALL[:2]),
        ("actor=&by=&text=&from=&to=&b_size=&somebody=else", ALL),
        ("by=others", ALL[1:3]),
        ("by=others&types=Folder", [ALL[2]]),
        ("by=others&actor=mary", ALL[1:3]),
    ],
)
def test_filters_in_url(story, browse, lines, query, expected):
    browser = browse(f"/@@activity?{query}", user="jane")
    assert browser.headers["status"] == "200 OK"
    assert lines(browser.contents) == expected


def test_form_creates_bookmarkable_url(story, browse, lines):
    browser = browse("/@@activity", user="jane")
    browser.getControl("Words in the title").value = "garden"
    browser.getControl("User", index=0).value = "mary"
    browser.getControl("Start date").value = "2026-11-24"
    browser.getControl("End date").value = "2026-11-24"
    browser.getControl("Folder", index=0).selected = True
    browser.getControl("Edited").selected = True
    browser.getControl("Removed", index=0).selected = True
    browser.getControl("Apply").click()
    assert lines(browser.contents) == [ALL[2]]
    assert parse_qs(urlsplit(browser.url).query) == {
        "text": ["garden"],
        "actor": ["mary"],
        "from": ["2026-11-24"],
        "to": ["2026-11-24"],
        "types": ["Folder"],
        "actions": ["edited", "removed"],
    }
    bookmark = browser.url.partition("/plone")[2]
    browser = browse(bookmark, user="jane")
    assert lines(browser.contents) == [ALL[2]]
    assert browser.getControl("Words in the title").value == "garden"
    assert browser.getControl("User", index=0).value == "mary"
    assert browser.getControl("Start date").value == "2026-11-24"
    assert browser.getControl("Edited").selected
    assert not browser.getControl("Created").selected


def opened(contents):
    """Return the labels of the unfolded elements."""
    return [
        " ".join(details.cssselect("summary")[0].text_content().split())
        for details in html.fromstring(contents).cssselect("#content details[open]")
    ]


@pytest.mark.parametrize(
    "query, parts",
    [
        ("", []),
        ("older=x", []),
        ("text=x", ["Filter"]),
        ("types=Document", ["Filter", "Content type"]),
        ("actions=edited", ["Filter", "Action"]),
        ("actor=jane&actor=mary", ["Filter"]),
    ],
)
def test_form_is_collapsed_without_filters(story, browse, query, parts):
    assert opened(browse(f"/@@activity?{query}", "jane").contents) == parts


def active(contents):
    """Return the labels of the active filters."""
    [listed] = html.fromstring(contents).cssselect("ul[aria-label='Active filters']")
    return [" ".join(item.text_content().split()) for item in listed]


def test_active_filters_can_be_removed(story, browse, lines):
    query = "text=hours&actor=mary&actions=removed&actions=edited&types=Document"
    query += "&from=2026-11-24&to=2026-11-24"
    browser = browse(f"/garden/@@activity?{query}", user="jane")
    assert lines(browser.contents) == [ALL[1]]
    assert active(browser.contents) == [
        "Remove filter: “hours” ×",
        "Remove filter: By Mary Member ×",
        "Remove filter: Removed ×",
        "Remove filter: Edited ×",
        "Remove filter: Page ×",
        "Remove filter: Since Nov 24, 2026 ×",
        "Remove filter: Until Nov 24, 2026 ×",
        "Clear filters",
    ]
    for text in ("“hours”", "Removed", "By Mary", "Since"):
        browser.getLink(f"{text}").click()
    assert parse_qs(urlsplit(browser.url).query) == {
        "actions": ["edited"],
        "types": ["Document"],
        "to": ["2026-11-24"],
    }
    assert lines(browser.contents) == [ALL[3]]
    browser.getLink("Clear filters").click()
    assert browser.url == f"{story.absolute_url()}/garden/@@activity"
    assert lines(browser.contents) == ALL[1:]


def test_batch_links_keep_filters(garden, push, jane, browse, lines):
    for number in range(25):
        push("party", 30 * number, actions=("created",))
        push("party", 30 * number + 1, actions=("removed",))
    browser = browse("/@@activity?actions=created", user="jane")
    created = ["Jane Miller created Page Party"]
    assert lines(browser.contents) == 20 * created
    browser.getLink("Older").click()
    assert lines(browser.contents) == 5 * created
    browser.getLink("Newer").click()
    assert lines(browser.contents) == 20 * created


DATE = "Enter a date such as 2026-11-23, or a time such as 2026-11-23T09:30:00+00:00."
VALUES = "Too many values, or an unreadable one."


@pytest.mark.parametrize(
    "query, name, message",
    [
        ("from=2026-02-30", "from", DATE),
        ("to=yesterday", "to", DATE),
        (
            "from=2026-11-24&to=2026-11-23",
            "to",
            "The end date must not be before the start date.",
        ),
        ("actor=jane&actor=mary", "actor", "Only one value is allowed."),
        (f"text={'x' * 201}", "text", "Enter at most 200 characters."),
        (f"types={'&types='.join(map(str, range(51)))}", "types", VALUES),
        ("actions.x:record=1", "actions", VALUES),
        ("actions=deleted", "actions", "Unknown action: deleted"),
        ("actions=edited&actions=Edited", "actions", "Unknown action: Edited"),
        ("types=document", "types", "Unknown content type: document"),
    ],
)
def test_errors_are_shown_at_field_with_input(
    story, browse, caplog, query, name, message
):
    browser = browse(f"/@@activity?{query}&older=x", user="jane")
    assert browser.headers["status"] == "400 Bad Request"
    page = html.fromstring(browser.contents)
    [alert] = page.cssselect("#content [role=alert]")
    assert " ".join(alert.text_content().split()) == (f"Invalid filter. {message}")
    [field] = page.cssselect(f"[aria-describedby=activity-{name}-error]")
    assert page.get_element_by_id(f"activity-{name}-error").text_content() == message
    if field.tag == "input":
        assert field.get("aria-invalid") == "true"
        assert "is-invalid" in field.get("class")
        values = parse_qs(query)[name]
        assert field.get("value") == (values[0] if len(values) == 1 else "")
    assert opened(browser.contents)[0] == "Filter"
    assert active(browser.contents) == ["Clear filters"]
    assert page.cssselect("#activity-list li, #activity-news") == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert story.error_log.getLogEntries() == []


@pytest.mark.parametrize("name, offered", [("actions", "Edited"), ("types", "Page")])
def test_beside_an_unknown_name_the_others_are_offered(story, browse, name, offered):
    browser = browse(f"/@@activity?{name}=frob", user="jane")
    page = html.fromstring(browser.contents)
    assert "Unknown" in page.cssselect("#content [role=alert]")[0].text_content()
    control = browser.getControl(name=name)
    assert offered in control.displayOptions
    assert control.value == ["frob"]


def test_without_list_members_only_own_activity_is_offered(story, browse, lines):
    story.manage_permission("List portal members", ["Manager"])
    transaction.commit()
    browser = browse("/@@activity", user="mary")
    assert lines(browser.contents) == ALL
    assert "user id" not in browser.contents
    assert browser.getControl(name="actor").value == []
    browser.getControl("Only my activity").selected = True
    browser.getControl("Apply").click()
    assert lines(browser.contents) == ALL[1:3]
    assert active(browser.contents) == [
        "Remove filter: By Mary Member ×",
        "Clear filters",
    ]
    assert browser.getControl("Only my activity").selected
    browser = browse("/@@activity?actor=jane", user="mary")
    assert browser.headers["status"] == "400 Bad Request"
    [alert] = html.fromstring(browser.contents).cssselect("#content [role=alert]")
    assert "You are not allowed to filter by user." in alert.text_content()
    assert lines(browser.contents) == []


def test_others_can_be_chosen_in_the_form(story, browse, lines):
    browser = browse("/@@activity", user="mary")
    browser.getControl("Only changes by others").selected = True
    browser.getControl("Apply").click()
    assert lines(browser.contents) == [ALL[0], ALL[3]]
    assert browser.getControl("Only changes by others").selected
    assert active(browser.contents) == ["Remove filter: By others ×", "Clear filters"]
    # It depends on the reader: the same URL, and none of it for anonymous users.
    bookmark = browser.url.partition("/plone")[2]
    assert lines(browse(bookmark, user="jane").contents) == ALL[1:3]
    browser.getLink("Remove filter: By others").click()
    assert lines(browser.contents) == ALL


def test_anonymous_users_have_no_changes_of_their_own(
    story, push, browse, configure, lines
):
    configure(audience="everybody")
    push("party", 5000, actor=None)
    contents = browse("/@@activity?by=others").contents
    assert len(lines(contents)) == 5
    assert html.fromstring(contents).cssselect("#activity-filters [name=by]") == []


@pytest.mark.parametrize(
    "query, message",
    [
        ("by=me", "The only possible value is “others”."),
        ("by=others&by=others", "Only one value is allowed."),
        (
            "by=others&actor=jane",
            "Choose your own changes or those of others, not both.",
        ),
        ("b_size=0", "Enter a whole number from 1 to 100."),
        ("b_size=101", "Enter a whole number from 1 to 100."),
        ("b_size=ten", "Enter a whole number from 1 to 100."),
    ],
)
def test_what_cannot_be_filtered_is_said(story, browse, lines, query, message):
    browser = browse(f"/@@activity?{query}", user="jane")
    assert browser.headers["status"] == "400 Bad Request"
    [alert] = html.fromstring(browser.contents).cssselect("#content [role=alert]")
    assert " ".join(alert.text_content().split()) == f"Invalid filter. {message}"
    assert lines(browser.contents) == []


def test_on_pages_about_a_user_the_url_does_not_choose_whose_activity(
    story, browse, lines
):
    for path in ("/@@my-activity?", "/@@activity-of?actor=mary&"):
        browser = browse(f"{path}by=others", user="mary")
        assert lines(browser.contents) == ALL[1:3]
        page = html.fromstring(browser.contents)
        assert page.cssselect("#activity-filters [name=by]") == []


@pytest.fixture
def many(garden, push, jane, one_by_one):
    """Sixty changes, each on a line of its own."""
    for number in range(60):
        push("party", 2 * number, actions=("created",))
    return garden


def test_the_number_of_lines_is_chosen_in_the_form_and_stays_in_links(
    many, browse, lines
):
    browser = browse("/@@activity", user="jane")
    assert len(lines(browser.contents)) == 20
    assert browser.getControl("Changes per page").displayOptions == [
        "10",
        "20",
        "50",
        "100",
    ]
    assert browser.getControl("Changes per page").displayValue == ["20"]
    browser.getControl("Changes per page").displayValue = ["50"]
    browser.getControl("Apply").click()
    assert parse_qs(urlsplit(browser.url).query) == {"b_size": ["50"]}
    assert len(lines(browser.contents)) == 50
    assert browser.getControl("Changes per page").displayValue == ["50"]
    # A number of lines is no filter.
    assert opened(browser.contents) == []
    browser.getLink("Older").click()
    assert len(lines(browser.contents)) == 10
    browser.getLink("Newer").click()
    assert len(lines(browser.contents)) == 50
    browser.getControl("Changes per page").displayValue = ["20"]
    browser.getControl("Words in the title").value = "party"
    browser.getControl("Apply").click()
    assert parse_qs(urlsplit(browser.url).query) == {"text": ["party"]}


def test_any_number_of_lines_is_accepted_in_the_url(many, browse, lines):
    browser = browse("/@@activity?b_size=7&actions=created", user="jane")
    assert len(lines(browser.contents)) == 7
    assert browser.getControl("Changes per page").displayValue == ["7"]
    browser.getLink("Clear filters").click()
    assert browser.url.endswith("/@@activity?b_size=7")
    # Of feeds and files it is no parameter.
    page = html.fromstring(browser.contents)
    formats = [link.get("href") for link in page.cssselect("#content nav ul a")]
    assert [url for url in formats if "b_size" in url] == []
    [polling] = page.cssselect("#activity-news a[hidden]")
    assert "b_size=7" in polling.get("href")


def test_new_activity_is_loaded_with_as_many_lines(many, push, browse):
    contents = browse("/@@activity?b_size=7", user="jane").contents
    [polling] = html.fromstring(contents).cssselect("#activity-news a[hidden]")
    path = polling.get("href").partition("/plone")[2].partition("#")[0]
    push("party", 5000, actions=("removed",))
    [link] = html.fromstring(browse(path, user="jane").contents).cssselect("a")
    assert link.get("href").endswith("/@@activity?b_size=7")


def picker(contents):
    """Return the options with which the user field searches by name, None without them."""
    [field] = html.fromstring(contents).cssselect("#activity-filters [name=actor]")
    options = field.get("data-pat-select2")
    assert ("pat-select2" in field.get("class")) == (options is not None)
    return options and json.loads(options)


def test_users_are_searched_for_by_name(story, browse, lines):
    options = picker(browse("/@@activity", user="jane").contents)
    assert "initialValues" not in options
    path = options["vocabularyUrl"].partition("/plone")[2]
    found = json.loads(browse(f"{path}?query=mary", user="jane").contents)
    assert found == {"results": [{"id": "mary", "text": "Mary Member"}], "total": 1}
    browser = browse(f"/@@activity?actor={found['results'][0]['id']}", user="jane")
    assert lines(browser.contents) == ALL[1:3]
    assert picker(browser.contents)["initialValues"] == {"mary": "Mary Member"}
    # Without JavaScript it is a field for the id.
    assert browser.getControl("User", index=0).value == "mary"
    assert "Enter the user ID." in browser.contents


def test_users_who_cannot_list_members_enter_an_id(story, browse, configure, lines):
    configure(people_pages=True)
    story.manage_permission("List portal members", ["Manager"])
    transaction.commit()
    browser = browse("/@@activity", user="mary")
    assert picker(browser.contents) is None
    browser.getControl("User ID").value = "jane"
    browser.getControl("Apply").click()
    assert lines(browser.contents) == [ALL[0], ALL[3]]


def test_names_link_to_activity_of_user(story, browse, lines):
    browser = browse("/@@activity?types=Document", user="jane")
    browser.getLink("Mary Member").click()
    assert lines(browser.contents) == [ALL[1]]
    assert parse_qs(urlsplit(browser.url).query) == {
        "types": ["Document"],
        "actor": ["mary"],
    }
    people = [
        (option.get("value"), option.text)
        for option in html.fromstring(browser.contents).cssselect("datalist option")
    ]
    assert people == [("jane", "Jane Miller"), ("mary", "Mary Member")]
    links = html.fromstring(browser.contents).cssselect("#activity-list a.fw-bold")
    assert links == []


def test_names_are_not_links_without_user_lookup(story, browse):
    story.manage_permission("List portal members", ["Manager"])
    transaction.commit()
    page = html.fromstring(browse("/@@activity", user="jane").contents)
    assert {
        link.text_content(): parse_qs(urlsplit(link.get("href")).query)
        for link in page.cssselect("#activity-list a.fw-bold")
    } == {"Jane Miller": {"actor": ["jane"]}}


def test_no_user_field_for_anonymous_users(story, browse, configure, lines):
    configure(audience="everybody")
    browser = browse("/@@activity")
    assert lines(browser.contents)[0] == "Someone created Page Party"
    assert html.fromstring(browser.contents).cssselect("[name=actor]") == []


def test_filter_does_not_reveal_names(story, browse, configure, person, push):
    """Otherwise a reader could find out who has an account."""
    person("tom", "Tom Thumb")
    push("party", actor="tom", principals=SECRET)
    configure(people_pages=True)
    story.manage_permission("List portal members", ["Manager"])
    transaction.commit()
    contents = browse("/@@activity?actor=tom", user="mary").contents
    assert active(contents)[0] == "Remove filter: By tom ×"
    assert "Tom Thumb" not in contents
    assert active(browse("/@@activity?actor=jane", user="mary").contents)[0] == (
        "Remove filter: By Jane Miller ×"
    )


def test_actions_that_are_not_about_content_are_offered_to_managers_only(
    story, browse, person
):
    person("ada", "Ada Admin", "Manager")

    def offered(user):
        page = html.fromstring(browse("/@@activity", user=user).contents)
        return {box.get("value") for box in page.cssselect("[name=actions]")}

    known = {action.name: getattr(action, "about", None) for action in known_actions()}
    assert offered("ada") == set(known)
    assert offered("jane") == {name for name, about in known.items() if about is None}
    person("sam", "Sam Admin", "Site Administrator")
    assert offered("sam") == {
        name for name, about in known.items() if about not in (ADDON, TYPE, WORKFLOW)
    }


def test_actions_of_removed_add_ons_can_be_selected(story, push, browse, lines):
    push("party", 5000, actions=("watered",), portal_type="Plot")
    query = "actions=watered&types=Document&types=Plot"
    browser = browse(f"/@@activity?{query}", user="jane")
    assert lines(browser.contents) == ["Jane Miller watered Page Party"]
    assert browser.getControl("watered").selected
    assert browser.getControl("Plot").selected


def test_dates_use_time_zone_of_reader(story, push, jane, browse, lines):
    jane.setMemberProperties({"timezone": "Asia/Tokyo"})
    # In the evening of November 26 in UTC, which is the next morning in Tokyo.
    push("party", (3 * 24 + 11) * 60, actions=("moved",))
    assert lines(browse("/@@activity?from=2026-11-27", user="jane").contents) == [
        "Jane Miller moved Page Party"
    ]
    assert lines(browse("/@@activity?from=2026-11-27", user="mary").contents) == []


def test_titles_and_input_are_escaped(story, push, browse):
    push("party", 5000, actor="<i>x")
    contents = browse(
        "/@@activity?text=%3Cscript%3E%22&actor=%22%3E%3Cb%3E", "jane"
    ).contents
    page = html.fromstring(contents)
    assert page.cssselect("#content script, #content b, #content i") == []
    assert active(contents)[:2] == [
        'Remove filter: “<script>"” ×',
        'Remove filter: By "><b> ×',
    ]


@pytest.mark.parametrize("name", ["actions", "types"])
def test_thousands_of_values_are_rejected_and_not_repeated(story, browse, name):
    """Each would be a checkbox, looked up and sorted among all others."""
    browser = browse("/@@activity", user="jane")
    known = len(browser.contents.split(f'name="{name}"')) - 1
    pairs = "&".join(f"{name}=value-{number}" for number in range(4000))
    browser.post(browser.url, pairs)
    assert browser.headers["status"].startswith("400")
    assert "Too many values" in browser.contents
    shown = len(browser.contents.split(f'name="{name}"')) - 1
    assert known <= shown <= known + 50


def test_values_that_are_too_long_are_rejected_and_not_repeated(story, browse):
    browser = browse("/@@activity", user="jane")
    size = len(browser.contents)
    pairs = "&".join(f"{name}={'x' * 100_000}" for name in ("text", "types", "actor"))
    browser.post(browser.url, pairs)
    assert browser.headers["status"].startswith("400")
    assert "Enter at most 200 characters" in browser.contents
    assert len(browser.contents) < size + 20_000
