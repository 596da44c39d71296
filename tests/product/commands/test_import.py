"""``activitylog import``."""

from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.filling import IMPORT
from collective.appendonly.operations.filling import unfinished_archive
from collective.appendonly.operations.maintenance.person import erase_person
from collective.appendonly.operations.maintenance.person import find_person
from collective.appendonly.operations.transfer import fill_from
from collective.appendonly.recording import recording_suspended
from dataclasses import replace
from plone import api
from tests.product.commands.history import change_sets
from tests.product.operations.maintenance.diary import interrupted
from zope.annotation.interfaces import IAnnotations

import json
import pytest
import re
import transaction


ALL = "Imported 40 change sets with 1,315 entries.\n"


@pytest.fixture
def file(activitylog, history, empty, tmp_path):
    """A file with a history, and a log without."""
    file = tmp_path / "activity.jsonl"
    assert activitylog("export", "--output", str(file)).exit_code == 0
    empty()
    return file


@pytest.fixture
def lines(file):
    """Return the lines of the file as bytes, and a function that writes others."""

    def write(lines):
        file.write_bytes(b"".join(lines))

    return file.read_bytes().splitlines(keepends=True), write


def interrupt_import(site, file, after=1, batch=300):
    """Interrupt an import when it reports its progress once more than so often."""
    with interrupted(after) as progress:
        fill(site, file, progress, batch)


def fill(site, file, *arguments, **options):
    with file.open("rb") as opened:
        return fill_from(site, opened, *arguments, **options)


def nothing_is_left(portal):
    transaction.begin()
    return IMPORT not in IAnnotations(portal)


def test_an_import_restores_the_exported_log(printed, file, whole, portal):
    assert printed("import", str(file)) == ALL
    assert whole() == change_sets()
    assert nothing_is_left(portal)


def test_a_second_export_is_identical(activitylog, file):
    assert activitylog("import", str(file)).exit_code == 0
    assert activitylog("export").stdout_bytes == file.read_bytes()


def test_an_imported_log_is_valid(printed, file):
    printed("import", str(file))
    output = printed("verify")
    assert (
        output
        == "No problems found in 40 change sets with 1,315 entries, and 2 structures.\n"
    )


def test_a_selection_can_be_imported(activitylog, history, empty, tmp_path, whole):
    file = tmp_path / "some.jsonl"
    # Of some large change sets only a few entries are left.
    options = ["--text", "page-129", "--output", str(file)]
    assert activitylog("export", *options).exit_code == 0
    empty()
    done = activitylog("import", str(file))
    assert done.stdout == "Imported 5 change sets with 5 entries.\n"
    assert [len(change_set.entries) for change_set in whole()] == [1] * 5


def test_a_file_of_an_empty_log(printed, tmp_path, whole, portal):
    file = tmp_path / "empty.jsonl"
    printed("export", "--output", str(file))
    output = printed("import", str(file))
    assert output == "The file contains no changes. The log is still empty.\n"
    assert whole() == []
    assert nothing_is_left(portal)


@pytest.mark.parametrize("reports", range(4))
def test_an_import_continues_after_an_interruption(file, portal, whole, reports):
    interrupt_import(portal, file, after=reports)
    assert whole() == []
    assert fill(portal, file, batch=300) == (40, 1315)
    assert whole() == change_sets()
    assert nothing_is_left(portal)


def test_an_import_continues_after_several_interruptions(file, portal, whole):
    for done in (8, 16, 24, 32, 40):
        interrupt_import(portal, file, batch=200)
        assert IAnnotations(portal)[IMPORT]["place"][2] == done
    fill(portal, file, batch=200)
    assert whole() == change_sets()


def test_the_unfinished_archive_can_be_found(file, portal):
    # An erasure has to process it, too.
    assert unfinished_archive(portal) is None
    interrupt_import(portal, file)
    assert len(unfinished_archive(portal)) == 16
    fill(portal, file)
    assert unfinished_archive(portal) is None


def test_progress_is_reported(file, portal):
    reports = []
    fill(portal, file, lambda done, total: reports.append((done, total)), batch=300)
    assert reports == [(0, 40), (16, 40), (32, 40), (40, 40)]


def test_an_interrupted_command_prints_how_to_continue(
    printed, refused, file, whole, ctrl_c
):
    with ctrl_c():
        error = refused("import", str(file), status=ExitCode.INTERRUPTED)
    assert error.endswith(
        "Error: Interrupted. Run the command again to continue where it stopped.\n"
    )
    assert printed("import", str(file)) == ALL
    assert whole() == change_sets()


def test_another_file_is_refused_during_an_import(
    printed, refused, file, portal, tmp_path, whole
):
    other = tmp_path / "other.jsonl"
    other.write_bytes(file.read_bytes().replace(b"Page 2", b"Page B"))
    interrupt_import(portal, other)
    error = refused("import", str(file))
    assert "Error: The import of another file was interrupted." in error
    assert printed("import", "--anew", str(file)) == ALL
    assert whole() == change_sets()


def test_concurrent_edits_are_added_on_top(file, portal, whole):
    def work(done, total):
        if done:
            api.content.create(portal, "Document", f"page-{done}")
            transaction.commit()

    fill(portal, file, work, batch=300)
    found = whole()
    assert found[:40] == change_sets()
    assert [
        (change_set.entries[0].action, change_set.entries[0].path)
        for change_set in found[40:]
    ] == [("created", "page-16"), ("created", "page-32"), ("created", "page-40")]


# What is refused


def test_a_log_that_is_not_empty_is_refused(refused, file, portal, whole):
    api.content.create(portal, "Document", "page")
    transaction.commit()
    before = whole()
    error = refused("import", str(file))
    assert "Error: The activity log already contains changes (1)." in error
    assert whole() == before
    assert nothing_is_left(portal)


def test_an_unfinished_backfill_prevents_an_import(refused, file, portal):
    with recording_suspended():
        api.content.create(portal, "Document", "page")
        transaction.commit()
    with interrupted() as progress:
        backfill(portal, progress)
    error = refused("import", str(file))
    assert "An unfinished backfill is filling the activity log" in error


def test_an_unfinished_import_prevents_a_backfill(activitylog, file, portal):
    interrupt_import(portal, file)
    with pytest.raises(
        FillingError, match="An unfinished import is filling the activity log"
    ):
        backfill(portal)


def test_an_erasure_covers_an_unfinished_import(activitylog, file, portal):
    interrupt_import(portal, file)
    assert find_person(portal, "jane").change_sets
    assert erase_person(portal, "jane").changed
    assert not find_person(portal, "jane")


def test_the_slower_of_two_concurrent_runs_stops(file, portal, whole):
    def begin_another(done, total):
        if done == 16:
            interrupt_import(portal, file, after=2)

    with pytest.raises(FillingError, match="Another process is filling"):
        fill(portal, file, begin_another, batch=300)
    assert whole() == []
    fill(portal, file)
    assert whole() == change_sets()


def test_a_run_stops_if_another_has_finished(file, portal, whole):
    def finish_another(done, total):
        if done == 16:
            fill(portal, file)

    with pytest.raises(FillingError, match="Another process has filled"):
        fill(portal, file, finish_another, batch=300)
    assert whole() == change_sets()


@pytest.mark.large
def test_nothing_is_added_below_discarded_changes(file, portal, log, whole):
    def work(done, total):
        if done == 16:
            for number in range(30):
                api.content.create(portal, "Document", f"page-{number}")
                transaction.commit()
            log.archive.discard(log.archive.generation)
            transaction.commit()

    with pytest.raises(FillingError, match="Nothing was added"):
        fill(portal, file, work, batch=300)
    assert {c.entries[0].action for c in whole()} == {"created"}
    assert nothing_is_left(portal)


def test_what_is_too_large_is_cut(printed, lines, file, whole):
    content, write = lines
    long = {"title": "t" * 110_000, "comment": "c" * 10_000_000}
    roles = [f"user:{number:05}" for number in range(1000)]
    alter = with_entry(**long, principals=roles, details={"+": "d" * 200_000})
    write([*content[:3], alter(content[3]), *content[4:]])
    assert printed("import", str(file)) == ALL
    cut = {
        "title": "t" * 499 + "…",
        "comment": "c" * 1999 + "…",
        "principals": tuple(roles),
        "details": {"+": "…"},
    }
    [first, second, third, *others] = change_sets()
    [entry] = third.entries
    third = replace(third, entries=(replace(entry, **cut),))
    assert whole() == [first, second, third, *others]


def with_values(**values):
    """Return what gives a line other values."""
    return lambda line: json.dumps(json.loads(line) | values).encode() + b"\n"


def with_entry(**values):
    """Return what gives the first entry of a line other values."""

    def alter(line):
        record = json.loads(line)
        record["entries"][0].update(values)
        return json.dumps(record).encode() + b"\n"

    return alter


def without_time(line):
    return re.sub(rb'"time":"[^"]+",', b"", line, count=1)


NAIVE = "2026-11-23T09:30:00"
UNKNOWN = "Line 3 has 'mood', which this version does not know."
DAMAGE = {
    "no JSON": (lambda line: line[:40] + b"\n", "Line 3 is not JSON: "),
    "no object": (lambda line: b"[1]\n", "Line 3 is [1], which is not an object."),
    "not UTF-8": (lambda line: b'"\xff"\n', "Line 3 is not JSON: "),
    "no time": (without_time, "Line 3 has no 'time'."),
    "a bad time": (with_values(time="x"), "Line 3 has the invalid time 'x'."),
    "a naive time": (
        with_values(time=NAIVE),
        f"Line 3 has the invalid time '{NAIVE}'.",
    ),
    "a number for a time": (with_values(time=7), "Line 3 has the invalid time 7."),
    "a time before the first one": (
        with_values(time="0001-01-01T00:00:00+23:00"),
        "Line 3 has an invalid time: ",
    ),
    "a time after the last one": (
        with_values(time="9999-12-31T23:59:59-23:00"),
        "Line 3 has an invalid time: ",
    ),
    "a year without four digits": (
        with_values(time="0999-01-01T00:00:00Z"),
        "Line 3 has an invalid time: ",
    ),
    **{
        f"the path {path!r}": (
            with_entry(path=path),
            f"Line 3 has invalid path in entry 1: {path!r}.",
        )
        for path in ("/news/x", "news/x/", "/", "news//x", "..", "news/./x", "a/../b")
    },
    "the path of a source": (
        with_entry(source={"path": "/news", "principals": []}),
        "Line 3 has invalid source in entry 1: Source(path='/news', principals=(), uid='').",
    ),
    "markup for an action": (
        with_entry(actions=["edited", "<b>${actor}"]),
        "Line 3 has invalid actions in entry 1: ('edited', '<b>${actor}').",
    ),
    "a long action": (with_entry(actions=["a" * 101]), "Line 3 has invalid actions"),
    "half an actor": (
        with_values(actor="\ud800"),
        "Line 3 has the invalid actor '\\ud800'.",
    ),
    **{
        f"a lone surrogate in {name}": (
            with_entry(**{name: value}),
            f"Line 3 has invalid {name} in entry 1: ",
        )
        for name, value in {
            "uid": "\ud800",
            "path": "news/\udfff",
            "portal_type": "\ud800",
            "principals": ["user:\ud800"],
            "fields": ["\ud800"],
            "new_state": "\ud800",
            "details": {"a": ["\ud800"]},
        }.items()
    },
    "a lone surrogate as a key": (
        with_entry(details={"a": {"\ud800": 1}}),
        "Line 3 has invalid details in entry 1: ",
    ),
    "a number that is none": (
        with_entry(details={"a": float("nan")}),
        "Line 3 is not JSON: NaN is not a number.",
    ),
    "an infinite number": (
        with_entry(details={"a": [-float("inf")]}),
        "Line 3 is not JSON: -Infinity is not a number.",
    ),
    "a number that is too large": (
        lambda line: with_entry(details={"a": 7})(line).replace(b" 7}", b" 1e999}"),
        "Line 3 has invalid details in entry 1: {'a': inf}.",
    ),
    "a negative version": (
        with_entry(version=-1),
        "Line 3 has invalid version in entry 1: -1.",
    ),
    "a huge count": (
        with_entry(descendants=[{"count": 10**30, "principals": []}]),
        "Line 3 has invalid descendants in entry 1: ",
    ),
    "a count that is none": (
        with_entry(descendants=[{"count": True, "principals": []}]),
        "Line 3 has invalid descendants in entry 1: ",
    ),
    "details that are a list": (
        with_entry(details=[1]),
        "Line 3 has invalid details in entry 1: [1].",
    ),
    **{
        f"{depth} levels": (
            lambda line, depth=depth: with_entry(details={"a": 7})(line).replace(
                b" 7}", b" " + b"[" * depth + b"]" * depth + b"}"
            ),
            "Line 3 is nested too deeply. Details can have up to 32 levels.",
        )
        for depth in (32, 900, 100_000)
    },
    "many levels in another place": (
        lambda line: b'{"entries":' + b'{"a":' * 500 + b"1" + b"}" * 501 + b"\n",
        "Line 3 is nested too deeply.",
    ),
    "a bad actor": (with_values(actor=7), "Line 3 has the invalid actor 7."),
    "no entries": (with_values(entries=[]), "Line 3 has no entries."),
    "entries that are none": (
        with_values(entries="all"),
        "Line 3 has 'all' instead of a list.",
    ),
    "an unknown key": (with_values(mood="good"), UNKNOWN),
    "an unknown key of an entry": (with_entry(mood="good"), UNKNOWN),
    "a bad title": (
        with_entry(title=None),
        "Line 3 has invalid title in entry 1: None.",
    ),
    "a bad action": (
        with_entry(actions=[]),
        "Line 3 has invalid actions in entry 1: ().",
    ),
    "bad principals": (
        with_entry(principals="Anonymous"),
        "Line 3 has 'Anonymous' instead of a list.",
    ),
    "a bad source": (with_entry(source={"path": "x"}), "Line 3 has no 'principals'."),
    "something that is not continued": (
        with_values(continued=True),
        "Line 3 does not continue the change set of the previous line.",
    ),
    "a line too many": (
        lambda line: line + line,
        "The last line counts 40 change sets and 1,315 entries, but there are 41 and"
        " 1,316. Lines are missing or were added.",
    ),
    "a line too few": (lambda line: b"", "but there are 39 and 1,314."),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_line_is_named_and_nothing_is_imported(
    printed, refused, lines, file, portal, whole, damage
):
    alter, message = DAMAGE[damage]
    content, write = lines
    write([*content[:2], alter(content[2]), *content[3:]])
    error = refused("import", str(file))
    assert f"Error: {message}" in error or message in error
    assert "Traceback" not in error
    assert whole() == []
    assert nothing_is_left(portal)
    # The repaired file is imported as if nothing had happened.
    write(content)
    assert printed("import", str(file)) == ALL
    assert whole() == change_sets()


def test_a_damaged_line_after_some_batches_undoes_them(lines, file, portal, whole):
    content, write = lines
    write([*content[:-3], b"}\n", *content[-2:]])
    number = len(content) - 2
    with pytest.raises(FillingError, match=f"^Line {number} is not JSON"):
        fill(portal, file, batch=100)
    assert nothing_is_left(portal)
    assert whole() == []


@pytest.mark.parametrize(
    "cut, where",
    [
        (lambda content: content[:-1], "after line 51"),
        (lambda content: [*content[:-2], content[-2][:200]], "in line 51"),
        (lambda content: [*content[:-1], content[-1][:-1]], "in line 52"),
        (lambda content: content[:1], "after line 1"),
    ],
)
def test_an_incomplete_file_is_refused_at_once(
    refused, lines, file, portal, cut, where
):
    content, write = lines
    assert len(content) == 52
    write(cut(content))
    error = refused("import", str(file))
    assert f"Error: The file is incomplete: it ends {where}," in error
    assert nothing_is_left(portal)


@pytest.mark.parametrize("depth", [900, 100_000])
@pytest.mark.parametrize("number", [0, -1])
def test_a_first_or_last_line_with_many_levels(
    refused, lines, file, portal, depth, number
):
    content, write = lines
    content[number] = b"[" * depth + b"]" * depth + b"\n"
    write(content)
    error = refused("import", str(file))
    assert "Error: " in error
    assert "Traceback" not in error
    assert nothing_is_left(portal)


def test_details_with_many_levels_are_imported(printed, lines, file, whole):
    content, write = lines
    deep = 7
    for _ in range(31):
        deep = [deep]
    write([*content[:2], with_entry(details={"a": deep})(content[2]), *content[3:]])
    assert printed("import", str(file)) == ALL
    assert whole()[1].entries[0].details == {"a": deep}


def test_texts_with_lone_surrogates_are_imported_as_they_are_recorded(
    printed, lines, file, whole
):
    """1.0.0a1 has recorded and exported them."""
    content, write = lines
    half = with_entry(title="Half \ud83c", comment="\udf89")
    write([*content[:2], half(content[2]), *content[3:]])
    assert printed("import", str(file)) == ALL
    [entry] = whole()[1].entries
    assert (entry.title, entry.comment) == ("Half ?", "?")


def test_two_files_in_one_are_refused(refused, lines, file, portal, whole):
    content, write = lines
    write(content * 2)
    error = refused("import", str(file))
    assert "Error: Line 52 is marked as the last line, but others follow." in error
    assert whole() == []
    assert nothing_is_left(portal)


@pytest.mark.parametrize(
    "header, message",
    [
        (b"{}\n", "This is not an exported activity log."),
        (b"time,actor\n", "This is not an exported"),
        (
            b'{"format":"collective.appendonly activity","version":2}\n',
            "The file has version 2 of the format, but this version of"
            " collective.appendonly only supports version 1. Upgrade the package.",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused(
    refused, lines, file, portal, header, message
):
    content, write = lines
    write([header, *content[1:]])
    error = refused("import", str(file))
    assert f"Error: {message}" in error
    assert nothing_is_left(portal)


def test_an_empty_file_is_refused(refused, tmp_path):
    file = tmp_path / "nothing"
    file.write_bytes(b"")
    error = refused("import", str(file))
    assert "Error: The file is empty." in error
