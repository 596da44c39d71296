"""The published activity calendar."""

from collective.appendonly.browser.calendar import view
from collective.appendonly.feed import Bound
from collective.appendonly.feed import count
from collective.appendonly.feed import feed
from collective.appendonly.feed import read_parameters
from functools import partial
from lxml import etree
from lxml import html
from plone import api
from tests.product.browser.calendar.conftest import query_of
from tests.product.browser.calendar.conftest import read
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import transaction


pytestmark = pytest.mark.large


UTC = ZoneInfo("UTC")


def at(url):
    """Return the filters in a URL."""
    return read_parameters(query_of(url), UTC)


@pytest.fixture
def counting_little(monkeypatch):
    """Limit the number of records that a request loads to count."""

    def counting_little(read):
        little = partial(count, bound=Bound(read, seconds=60, entries=5000))
        monkeypatch.setattr(view, "count", little)

    return counting_little


def test_changes_by_day_and_hour(garden, happened, look):
    happened("2025-11-24 09:15")
    happened("2026-11-20 14:00", "garden")
    happened("2026-11-20 14:59", "garden/hours", times=30)
    happened("2026-11-23 14:00")
    page = look()
    assert page.status == "200 OK"
    assert page.text == (
        "Activity calendar Activity on this site by day and by hour."
        " Back to the list"
        " Changes by day 4 changes from Nov 23, 2025 to Nov 23, 2026."
        " The busiest day was Friday, Nov 20, 2026, with 2 changes."
        " Changes by hour of the week The busiest time is Friday between 02:00 PM and 03:00 PM."
        " Times are in the UTC time zone."
        " Previous year"
    )
    assert page.days == [
        "1 change on Monday, Nov 24, 2025",
        "2 changes on Friday, Nov 20, 2026",
        "1 change on Monday, Nov 23, 2026",
    ]
    assert page.hours == [
        "1 change on Monday between 09:00 AM and 10:00 AM",
        "1 change on Monday between 02:00 PM and 03:00 PM",
        "2 changes on Friday between 02:00 PM and 03:00 PM",
    ]
    assert page.legends == [["none", "1", "2"], ["none", "1", "2"]]
    here = f"{garden.absolute_url()}/@@activity"
    assert page.links == [
        f"{here}?from=2025-11-24&to=2025-11-24",
        f"{here}?from=2026-11-20&to=2026-11-20",
        f"{here}?from=2026-11-23&to=2026-11-23",
    ]


def test_tables_have_the_same_numbers(happened, look):
    happened("2025-11-24 09:15")
    happened("2026-11-20 23:15", times=2)
    happened("2026-11-20 23:20")
    happened("2026-11-22 00:15")
    page = look()
    months = "October September August July June May April March February January"
    assert page.table == [
        ["Month", "Changes", "Days (number of changes)"],
        ["November 2026", "3", "22 (1) 20 (2)"],
        *([f"{month} 2026", "0", ""] for month in months.split()),
        ["December 2025", "0", ""],
        ["November 2025", "1", "24 (1)"],
    ]
    assert page.table_links == page.links[::-1]
    zero = ["0"] * 7
    rows = page.hour_table
    assert rows[0] == ["From", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    assert rows[1] == ["12:00 AM", "1", "0", "0", "0", "0", "0", "0"]
    assert rows[10] == ["09:00 AM", "0", "1", "0", "0", "0", "0", "0"]
    assert rows[24] == ["11:00 PM", "0", "0", "0", "0", "0", "2", "0"]
    assert [row[1:] for row in rows[2:10] + rows[11:24]] == [zero] * 21


def test_day_links_to_its_activity(garden, happened, look, lines):
    happened("2026-11-19 12:00", "garden")
    happened("2026-11-20 00:00", "garden/hours")
    happened("2026-11-20 23:59", "party")
    happened("2026-11-21 00:00", "garden")
    page = look()
    page.browser.open(page.links[1])
    assert lines(page.browser.contents) == [
        "Jane Miller edited Page Party",
        "Jane Miller edited Page Hours",
    ]


@pytest.mark.parametrize(
    "first, letters",
    [
        (6, ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]),
        (0, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
    ],
)
def test_first_weekday_of_site(happened, look, first, letters):
    api.portal.set_registry_record("plone.first_weekday", first)
    happened("2026-11-20 12:00")
    page = look()
    assert [names[-7:] for names in page.names] == [letters, letters]
    assert page.hour_table[0][1:] == letters
    # The position of the square: the row of Friday.
    [cell] = page.heatmaps[0].cssselect("a title + rect")
    assert int(cell.get("y")) == 20 + 16 * letters.index("Fri")
    assert int(cell.get("x")) == 40 + 16 * 51


def test_labels(happened, look):
    happened("2026-11-20 12:00")
    days, hours = look().names
    assert (
        days
        == (
            "Dec Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Sun Mon Tue Wed Thu Fri Sat"
        ).split()
    )
    assert hours[:8] == [
        *("12:00 AM", "03:00 AM", "06:00 AM", "09:00 AM"),
        *("12:00 PM", "03:00 PM", "06:00 PM", "09:00 PM"),
    ]


@pytest.mark.parametrize(
    "language, month, weekday, hour",
    [("de", "Dez", "Mon", "15:00"), ("ja", "12月", "月", "15時00分")],
)
def test_labels_use_language_of_reader(
    happened, browse, jane, language, month, weekday, hour
):
    api.portal.set_registry_record("plone.available_languages", ["en", "de", "ja"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    happened("2026-11-20 12:00")
    browser = browse("/@@activity-calendar", "jane", Accept_Language=language)
    [days, hours] = html.fromstring(browser.contents).cssselect("[role=region] svg")
    assert next(days.iter("text")).text == month
    assert weekday in [name.text for name in days.iter("text")]
    assert hour in [name.text for name in hours.iter("text")]


@pytest.mark.parametrize(
    "query, months",
    [
        ("from=2026-09-20", "Oct Nov"),
        ("from=2026-10-01", "Oct Nov"),
        # October has one column: too little room for its name.
        ("from=2026-10-30", "Nov"),
        ("from=2026-11-20&to=2026-11-20", "Nov"),
        ("from=2026-08-01&to=2026-11-20", "Aug Sep Oct Nov"),
        ("from=2020-01-01", "Dec Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov"),
    ],
)
def test_only_months_of_a_requested_period_have_labels(happened, look, query, months):
    happened("2026-11-20 12:00")
    days, _hours = look(query).names
    assert " ".join(days[:-7]) == months


def test_names_are_english_where_plone_has_not_translated_them(happened, browse, jane):
    api.portal.set_registry_record("plone.available_languages", ["en", "th", "rm"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    happened("2026-11-19 12:00")
    happened("2026-11-20 12:00", times=2)
    happened("2026-11-20 12:00")
    for language in ("th", "rm"):
        browser = browse("/@@activity-calendar", "jane", Accept_Language=language)
        page = read(browser.contents)
        days, hours = page.names
        assert (
            days
            == (
                "Dec Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Sun Mon Tue Wed Thu Fri Sat"
            ).split()
        )
        assert hours[8:] == "Sun Mon Tue Wed Thu Fri Sat".split()
        assert "The busiest day was Friday, 2026-11-20, with 2 changes." in page.text
        assert page.table[1][0] == "November 2026"
        assert page.hour_table[0][1:] == hours[8:]


def test_labels_begin_on_the_left_in_right_to_left_languages(happened, browse, jane):
    api.portal.set_registry_record("plone.available_languages", ["en", "he"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    happened("2026-11-20 12:00")
    browser = browse("/@@activity-calendar", "jane", Accept_Language="he")
    heatmaps = read(browser.contents).heatmaps
    for heatmap in heatmaps:
        directions = {
            next(each.get("direction") for each in label.iterancestors("g"))
            for label in heatmap.iter("text")
        }
        assert directions == {"ltr"}


def test_days_use_time_zone_of_the_reader(happened, jane, look):
    happened("2026-11-19 22:59")
    happened("2026-11-19 23:00")
    happened("2026-11-20 22:59")
    # UTC+2 in summer.
    happened("2026-06-30 22:00")
    jane.setMemberProperties({"timezone": "Europe/Berlin"})
    transaction.commit()
    page = look()
    assert page.days == [
        "1 change on Wednesday, Jul 01, 2026",
        "1 change on Thursday, Nov 19, 2026",
        "2 changes on Friday, Nov 20, 2026",
    ]
    assert "1 change on Wednesday between 12:00 AM and 01:00 AM" in page.hours
    assert "Times are in the Europe/Berlin time zone." in page.text


def test_calendar_is_translated(happened, look, counting_little, translated):
    happened("2026-11-19 12:00")
    happened("2026-11-20 12:00")
    happened("2026-11-20 12:00")
    page = look()
    counting_little(read=2)
    part = look()
    assert page.text == (
        "[Activity calendar] [Activity on this site by day and by hour.]"
        " [Back to the list]"
        " [Changes by day] [3 changes from Nov 23, 2025 to Nov 23, 2026.]"
        " [The busiest day was Friday, Nov 20, 2026, with 2 changes.]"
        " [Changes by hour of the week]"
        " [The busiest time is Friday between 12:00 PM and 01:00 PM.]"
        " [Times are in the UTC time zone.] [Previous year]"
    )
    assert page.days[0] == "[1 change on Thursday, Nov 19, 2026]"
    assert page.hours[0] == "[1 change on Thursday between 12:00 PM and 01:00 PM]"
    assert page.table[:2] == [
        ["[Month]", "[Changes]", "[Days (number of changes)]"],
        ["[November 2026]", "3", "20 (2) 19 (1)"],
    ]
    assert page.hour_table[0][0] == "[From]"
    assert page.legends[0] == ["[none]", "1", "2"]
    labels = [
        region.get("aria-label") for region in page.main.cssselect("[role=region]")
    ]
    assert labels == [
        "[Heat map of the days]",
        "[Heat map of the hours]",
        "[Table of the hours]",
    ]
    assert [line.text for line in page.main.cssselect("section summary")] == [
        "[Table of the days]",
        "[Table of the hours]",
    ]
    assert part.days == ["[At least 2 changes on Friday, Nov 20, 2026]"]
    assert part.legends[0] == ["[not counted, or only in part]", "[none]", "2"]
    assert [row[1] for row in part.table[1:3]] == ["[at least 2]", "[not counted]"]
    assert part.text.split("[Back to the list] ")[1].split(" [Changes by hour")[0] == (
        "[There are too many changes to count at once. The count goes back to Nov 20, 2026; older changes are not included.] [Count older changes]"
        " [Changes by day] [At least 2 changes from Nov 20, 2026 to Nov 23, 2026.]"
    )


def test_entries_dated_in_the_future_are_counted_today_only(happened, look):
    happened("2026-11-23 11:59")
    happened("2026-11-23 12:05")
    happened("2026-11-24 00:05")
    page = look()
    assert page.days == ["2 changes on Monday, Nov 23, 2026"]
    assert "2 changes from" in page.text


def test_calendar_of_an_object(happened, look):
    happened("2026-11-20 12:00", "garden")
    happened("2026-11-20 12:00", "garden/hours")
    happened("2026-11-20 12:00", "party")
    page = look(path="/garden")
    assert page.days == ["2 changes on Friday, Nov 20, 2026"]
    assert page.links[0].endswith("/garden/@@activity?from=2026-11-20&to=2026-11-20")
    assert "Activity in “Garden” by day and by hour." in page.text
    assert look(path="/garden/hours").days == ["1 change on Friday, Nov 20, 2026"]


def test_invisible_entries_are_not_counted(garden, happened, look, mary):
    happened("2026-11-19 12:00", principals=("user:somebody",))
    happened("2026-11-20 12:00")
    happened("2026-11-21 12:00", "garden/hours")
    public = [
        "1 change on Friday, Nov 20, 2026",
        "1 change on Saturday, Nov 21, 2026",
    ]
    assert look(user="mary").days == public
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(garden["garden"]["hours"], "retract")
    transaction.commit()
    page = look(user="mary")
    assert page.days == public[:1]
    assert page.text.count("1 change ") == 1
    assert page.table[1] == ["November 2026", "1", "20 (1)"]


@pytest.mark.parametrize(
    "query, days",
    [
        ("actor=tom", ["1 change on Friday, Nov 20, 2026"]),
        ("actions=created&actions=removed", ["1 change on Thursday, Nov 19, 2026"]),
        ("types=Folder", ["1 change on Wednesday, Nov 18, 2026"]),
        ("text=hours", ["1 change on Thursday, Nov 19, 2026"]),
        (
            "from=2026-11-19&to=2026-11-20",
            ["1 change on Thursday, Nov 19, 2026", "1 change on Friday, Nov 20, 2026"],
        ),
        ("from=2026-11-20T10:00:00%2B00:00", ["1 change on Friday, Nov 20, 2026"]),
        ("from=2030-01-01", []),
        ("to=1900-01-01", []),
        ("to=8000-01-01&actor=tom", ["1 change on Friday, Nov 20, 2026"]),
    ],
)
def test_filters_apply_and_are_kept_in_links(garden, happened, look, query, days):
    happened("2026-11-18 12:00", "garden")
    happened("2026-11-19 12:00", "garden/hours", actions=("created",))
    happened("2026-11-20 12:00", actor="tom")
    page = look(query)
    assert page.status == "200 OK"
    assert page.days == days
    requested = at(f"?{query}")
    back = page.browser.getLink("Back to the list").url
    assert back.startswith(f"{garden.absolute_url()}/@@activity?")
    assert at(back) == requested
    for link, text in zip(page.links, page.days, strict=True):
        number = len(feed(garden, at(link), limit=100).items)
        assert text.startswith(f"{number} change")
    page.browser.getLink("Clear filters").click()
    assert page.browser.url == f"{garden.absolute_url()}/@@activity-calendar"


def test_active_filters_are_shown_and_can_be_changed(happened, look):
    happened("2026-11-20 12:00")
    happened("2026-11-20 12:00", "garden")
    page = look("types=Document&text=party")
    browser = page.browser
    assert page.days == ["1 change on Friday, Nov 20, 2026"]
    browser.getLink("Remove filter: “party”").click()
    assert browser.url.endswith("/@@activity-calendar?types=Document")
    form = browser.getForm(action="@@activity-calendar")
    form.getControl(name="text").value = "garden"
    form.getControl(name="types").value = ["Folder"]
    form.submit()
    assert "1 change on Friday, Nov 20, 2026" in browser.contents
    assert at(browser.url) == at("?text=garden&types=Folder")


def test_links_to_other_years(happened, look):
    happened("2025-11-21 12:00")
    happened("2025-11-22 12:00")
    happened("2025-11-23 12:00")
    page = look("text=party")
    assert page.days == ["1 change on Sunday, Nov 23, 2025"]
    page.browser.getLink("Previous year").click()
    assert page.browser.url.endswith("to=2025-11-22&text=party")
    assert "2 changes from Nov 17, 2024 to Nov 22, 2025." in page.browser.contents
    page.browser.getLink("Next year").click()
    assert page.browser.url.endswith("/@@activity-calendar?text=party")
    assert "Next year" not in page.browser.contents


def test_no_activity(garden, look):
    page = look()
    assert page.text == (
        "Activity calendar Activity on this site by day and by hour."
        " Back to the list No activity you can see in this period."
    )
    assert page.heatmaps == []
    page = look("to=2024-01-01")
    assert page.text.endswith("in this period. Next year")


def test_uncounted_part_is_marked_and_linked(happened, look, counting_little):
    for day in (17, 18, 18, 18, 19, 20, 20, 20):
        happened(f"2026-11-{day} 12:00")
    counting_little(read=6)
    page = look("text=party")
    assert page.text.split(" Back to the list ")[1].split(" Changes by hour")[0] == (
        "There are too many changes to count at once. The count goes back to Nov 18, 2026; older changes are not included. Count older changes"
        " Changes by day At least 6 changes from Nov 18, 2026 to Nov 23, 2026."
    )
    assert page.days == [
        "At least 2 changes on Wednesday, Nov 18, 2026",
        "1 change on Thursday, Nov 19, 2026",
        "3 changes on Friday, Nov 20, 2026",
    ]
    # From Sunday, 23 November 2025, to the partly counted day.
    assert page.uncounted == [361]
    assert page.legends[0] == ["not counted, or only in part", "none", "1", "2", "3"]
    assert page.table[1:3] == [
        ["November 2026", "at least 6", "20 (3) 19 (1) 18 (2)"],
        ["October 2026", "not counted", ""],
    ]
    assert "Previous year" not in page.text
    page.browser.getLink("Count older changes").click()
    assert page.browser.url.endswith("to=2026-11-18&text=party")
    page = look("to=2026-11-18&text=party")
    assert page.days == [
        "1 change on Tuesday, Nov 17, 2026",
        "3 changes on Wednesday, Nov 18, 2026",
    ]


def test_busy_day_is_counted_in_parts(happened, look, counting_little):
    for day in (17, 18, 18, 18, 18, 18):
        happened(f"2026-11-{day} 12:00")
    counting_little(read=3)
    page = look()
    shown = []
    for _ in range(10):
        shown.append((page.query.get("to"), "older" in page.query, page.days))
        if "Count older changes" not in page.text:
            break
        page = look(urlsplit(page.browser.getLink("Count older").url).query)
    assert shown == [
        (None, False, ["At least 3 changes on Wednesday, Nov 18, 2026"]),
        ("2026-11-18", False, ["At least 3 changes on Wednesday, Nov 18, 2026"]),
        (
            "2026-11-18",
            True,
            [
                "At least 1 change on Tuesday, Nov 17, 2026",
                "At least 2 changes on Wednesday, Nov 18, 2026",
            ],
        ),
        # Newer changes are passed over.
        ("2026-11-17", False, ["1 change on Tuesday, Nov 17, 2026"]),
    ]


def test_limit_is_reported_behind_invisible_entries(
    log, happened, look, counting_little
):
    log.secret = None  # without keys, they are not passed over
    for day in (17, 18, 19, 20):
        happened(f"2026-11-{day} 12:00", principals=("user:somebody",))
    counting_little(read=2)
    page = look()
    assert page.text.endswith(
        "There are too many changes to count at once. The count goes back to Nov 19, 2026; older changes are not included. Count older changes"
    )
    assert (page.heatmaps, page.table) == ([], None)


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-13-40",
        "to=0001-01-01",
        "to=9999-12-31",
        "from=2026-11-20&to=2026-11-19",
        "from=2026-11-20&from=2026-11-20",
        "from.x:record=2026-11-20",
        "text.x:record=party",
        f"text={'A' * 5000}",
        "types:int=1",
        "actor=%FF",
        "actor=tom&actor=jane",
        "older=nonsense",
        "older=",
        "older:int=1",
        "older=a&older=b",
    ],
)
def test_invalid_parameter_returns_400_with_message(
    garden, happened, look, caplog, query
):
    happened("2026-11-20 12:00")
    page = look(query)
    assert page.status == "400 Bad Request"
    [alert] = page.main.cssselect("[role=alert]")
    assert alert.text_content().strip()
    assert (page.heatmaps, page.table) == ([], None)
    assert "Traceback" not in page.browser.contents
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert garden.error_log.getLogEntries() == []
    link = "Start from the newest" if "older" in query else "Clear filters"
    page.browser.getLink(link).click()
    assert page.browser.headers["status"] == "200 OK"
    assert page.browser.url == f"{garden.absolute_url()}/@@activity-calendar"


def test_user_filter_requires_user_lookup(garden, happened, look, mary):
    happened("2026-11-20 12:00")
    garden.manage_permission("List portal members", ["Manager"])
    transaction.commit()
    page = look("actor=jane", user="mary")
    assert page.status == "400 Bad Request"
    assert "You are not allowed to filter by user." in page.text
    assert look("actor=mary", user="mary").status == "200 OK"


def test_audience_everybody_includes_anonymous_users(
    garden, happened, browse, configure
):
    configure(audience="everybody")
    happened("2026-11-20 12:00")
    assert "1 change on Friday, Nov 20, 2026" in browse("/@@activity-calendar").contents


def test_svg_is_well_formed_and_links_are_not_in_tab_order(happened, look):
    happened("2026-11-20 12:00")
    page = look()
    for heatmap in page.heatmaps:
        etree.fromstring(etree.tostring(heatmap))
        assert len(heatmap.cssselect("title")) == 1
    days, hours = page.heatmaps
    assert days.get("aria-hidden") == "true"
    assert {link.get("tabindex") for link in days.iter("a")} == {"-1"}
    assert hours.get("role") == "img"
    ids = hours.get("aria-labelledby"), hours.get("aria-describedby")
    heading, summary = (page.main.get_element_by_id(name) for name in ids)
    assert heading.text == "Changes by hour of the week"
    assert "Times are in the" in summary.text_content()
    assert not hours.cssselect("a, [tabindex]")
    for region in page.main.cssselect(".overflow-x-auto, .table-responsive"):
        facts = (
            region.get("role"),
            region.get("tabindex"),
            bool(region.get("aria-label")),
        )
        assert facts == ("region", "0", True)
