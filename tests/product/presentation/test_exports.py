"""Exported files, for programs and for spreadsheets."""

from collective.appendonly.presentation.exports import comma_separated
from collective.appendonly.presentation.exports import json_lines
from itertools import count
from itertools import islice

import csv
import io
import json
import pytest


ENTRY = {
    "@id": "http://nohost/plone/party",
    "UID": "8f14e45fceea167a5a36dedd4bea2543",
    "path": "/party",
    "title": "Party",
    "@type": "Document",
    "actions": ["moved", "edited"],
    "actor": {"id": "jane", "name": "Jane Miller"},
    "removed": False,
    "fields": ["title", "text"],
    "transitions": [],
    "old_state": None,
    "new_state": None,
    "source": "/news/party",
    "descendants": 3,
    "comment": None,
    "group": None,
    "details": {},
    "values": {},
    "roles": {},
    "note": None,
}


def record(*entries, number=0):
    return {
        "id": f"urn:uuid:{number}",
        "time": "2026-11-23T09:30:00.123Z",
        "actor": {"id": "jane", "name": "Jane Miller"},
        "summary": "Jane Miller moved and edited Party",
        "backfilled": False,
        "entries": list(entries) or [ENTRY],
        "earlier": [],
    }


def rows(*records):
    text = "".join(comma_separated(records))
    assert text[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_a_line_of_json_is_a_record():
    records = [record(number=number) for number in range(450)]
    text = "".join(json_lines(records))
    assert [json.loads(line) for line in text.splitlines()] == records


def test_a_row_is_an_entry():
    assert rows(
        record(
            ENTRY,
            ENTRY
            | {
                "removed": True,
                "@id": None,
                "details": {"n": 1},
                "values": {"title": ["Fete", "Party"]},
                "roles": {"tom": [[], ["Editor"]]},
                "note": "A better word",
            },
        )
    ) == [
        {
            "time": "2026-11-23T09:30:00.123Z",
            "change_set": "urn:uuid:0",
            "backfilled": "no",
            "actor_id": "jane",
            "actor_name": "Jane Miller",
            "actions": "moved edited",
            "type": "Document",
            "title": "Party",
            "path": "/party",
            "url": url,
            "uid": "8f14e45fceea167a5a36dedd4bea2543",
            "removed": removed,
            "fields": "title text",
            "transitions": "",
            "old_state": "",
            "new_state": "",
            "source": "/news/party",
            "descendants": "3",
            "comment": "",
            "group": "",
            "details": details,
            "values": values,
            "roles": roles,
            "note": note,
        }
        for url, removed, details, values, roles, note in [
            ("http://nohost/plone/party", "no", "", "", "", ""),
            (
                "",
                "yes",
                '{"n": 1}',
                '{"title": ["Fete", "Party"]}',
                '{"tom": [[], ["Editor"]]}',
                "A better word",
            ),
        ]
    ]


def test_an_empty_file_has_column_names():
    text = "".join(comma_separated([]))
    assert text.startswith("\ufefftime,change_set,")
    assert text.count("\n") == 1
    assert "".join(json_lines([])) == ""


@pytest.mark.parametrize(
    "title",
    [
        '=HYPERLINK("http://evil.example","Party")',
        "+1",
        "-1",
        "@SUM(A1:A9)",
        "  =1",
        "\u00a0=1",
        "＝1",
        " ",
    ],
)
def test_no_cell_is_a_formula(title):
    [row] = rows(record(ENTRY | {"title": title}))
    assert row["title"] == f"'{title}"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "Party", "Party ", "a\rb;c"])
def test_no_cell_is_a_formula_whatever_separates_cells(separator, start):
    """Spreadsheets expect semicolons in countries with a decimal comma, or take them as well."""
    for end in (";", "\t", "\n", "\r", "\r\n", "; ", ';"', '; "  '):
        for formula in ("=1+1", "-1", "@SUM(A1:A9)", "＝1"):
            title = f"{start}{end}{formula};y"
            entry = ENTRY | {"title": title, "details": {"a": title}}
            text = "".join(comma_separated([record(entry)]))
            lines = csv.reader(io.StringIO(text[1:], newline=""), delimiter=separator)
            starts = {cell.strip(' "')[:1] for line in lines for cell in line}
            assert starts & {*"=+-@＝"} == set(), title
            # Nothing else is changed.
            [row] = rows(record(entry))
            assert row["title"].replace("'", "") == title


def test_values_are_json_whatever_is_in_them():
    values = {"title": ["a;=1", ";-1"]}
    [row] = rows(record(ENTRY | {"values": values}))
    assert json.loads(row["values"]) == {"title": ["a;'=1", ";'-1"]}


@pytest.mark.parametrize(
    "title",
    [
        "Party",
        "1 = 1",
        "a,b",
        "a,-b",
        'say "x"',
        "two\nlines",
        "this; that",
        "庭",
        "a-b; c",
    ],
)
def test_other_text_is_not_changed(title):
    [row] = rows(record(ENTRY | {"title": title}))
    assert row["title"] == title


@pytest.mark.parametrize("write", [json_lines, comma_separated])
def test_files_are_written_in_pieces(write):
    pieces = write(record(number=number) for number in count())
    assert len(list(islice(pieces, 3))) == 3
