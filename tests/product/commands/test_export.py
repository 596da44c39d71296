"""``activitylog export``."""

from collective.appendonly.commands import export
from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.entry import Source
from collective.appendonly.recording import recording_suspended
from dataclasses import fields
from dataclasses import replace
from plone import api
from tests.product.commands.history import BEGIN
from tests.product.commands.history import page

import csv
import errno
import io
import json
import os
import pytest
import stat
import transaction


@pytest.fixture
def exported(activitylog):
    """Export, and return the lines of JSON between the first and the last one."""

    def exported(*arguments):
        done = activitylog("export", *arguments)
        assert done.exit_code == 0, done.stderr
        header, *lines, end = map(json.loads, done.stdout.splitlines())
        assert header == {"format": "collective.appendonly activity", "version": 1}
        numbers = {
            "change_sets": sum("continued" not in line for line in lines),
            "entries": sum(len(line["entries"]) for line in lines),
        }
        assert end == {"end": True, **numbers}
        assert (
            f"Exported {numbers['change_sets']:,} change sets with"
            f" {numbers['entries']:,} entries." in done.stderr
        )
        return lines

    return exported


# The format must never change: files are kept longer than versions.
FIRST_LINES = r"""
{"format":"collective.appendonly activity","version":1}
{"time":"2026-09-29T22:00:00.007Z","actor":null,"entries":[{"actions":["created"],"uid":"00000000000000000000000000000001","path":"news/page-1","title":"Grüße 🎉 «今日»","portal_type":"Document","principals":["Reader","Site Administrator","user:staff"],"actor":"jane"}],"backfilled":true}
{"time":"2026-09-29T23:00:00.007Z","actor":"jane","entries":[{"actions":["edited","transitioned"],"uid":"00000000000000000000000000000002","path":"news/page-2","title":"Page 2","portal_type":"Document","principals":["Anonymous"],"fields":["text","title"],"transitions":["submit","publish"],"old_state":"private","new_state":"published","comment":"As “discussed”;\nall of it","version":0}],"backfilled":true}
{"time":"2026-09-30T00:00:00.007Z","actor":"jane","entries":[{"actions":["reverted"],"uid":"00000000000000000000000000000003","path":"news/page-3","title":"Page 3","portal_type":"Document","principals":["Anonymous"],"version":7,"version_before":2,"details":{"version":3}}],"backfilled":true}
{"time":"2026-09-30T01:00:00.007Z","actor":"jane","entries":[{"actions":["moved"],"uid":"00000000000000000000000000000004","path":"news/page-4","title":"Page 4","portal_type":"Document","principals":["Anonymous"],"actor":"robot","source":{"path":"area/page-4","principals":["Reader","Site Administrator","user:staff"]},"descendants":[{"count":3,"principals":["Anonymous"]},{"count":1,"principals":["Reader","Site Administrator","user:staff"]}]},{"actions":["edited"],"uid":"00000000000000000000000000000005","path":"news/page-5","title":"Half of a pair: ?","portal_type":"Document","principals":["Anonymous"],"actor":null}]}
{"time":"2026-09-30T02:00:00.007Z","actor":"jane","entries":[{"actions":["replied"],"uid":"00000000000000000000000000000006","path":"news/page-6","title":"Page 6","portal_type":"Document","principals":["Anonymous"],"details":{"n":[1,null,"ü"]},"discussion_item":"dddddddddddddddddddddddddddddddd"}]}
{"time":"2026-09-30T03:00:00.007Z","actor":null,"entries":[{"actions":["group_joined"],"uid":"","path":"","title":"bob","portal_type":"user","principals":[],"actor":"jane","group":"staff"}]}
"""


def test_the_lines_are_what_they_always_were(activitylog, history):
    lines = activitylog("export").stdout_bytes.decode().splitlines()
    expected = FIRST_LINES.strip().splitlines()
    assert [json.loads(line) for line in lines[:7]] == list(map(json.loads, expected))
    assert lines[:4] == expected[:4]
    assert lines[-1] == '{"end":true,"change_sets":40,"entries":1315}'


def test_half_of_a_pair_that_an_earlier_version_has_recorded(activitylog, log):
    """Makes a line of escapes. A table has no escapes."""
    half = replace(page(5), title="Half of a pair: \ud83c")
    log.stack.push(encode(ChangeSet(BEGIN, "zoë", (half,))), log.archive.addLayer)
    transaction.commit()
    _, line, _ = activitylog("export").stdout_bytes.splitlines()
    assert line.isascii()
    assert json.loads(line)["entries"][0]["title"] == half.title
    table = activitylog("export", "--format", "csv").stdout_bytes.decode("utf-8")
    assert "Half of a pair: ?" in table


def test_a_large_change_set_comes_in_several_lines(exported, history):
    lines = exported()
    parts = [line for line in lines if line["entries"][0]["actions"] == ["published"]]
    assert [len(line["entries"]) for line in parts] == [100, 100, 30] * 5
    assert [line.get("continued") for line in parts] == [None, True, True] * 5
    heads = [(line["time"], line["actor"]) for line in parts]
    assert heads == [head for head in dict.fromkeys(heads) for _ in range(3)]


def test_an_empty_log_is_a_first_and_a_last_line(exported):
    assert exported() == []


@pytest.mark.parametrize(
    "options, numbers",
    [
        (["--actor", "robot"], {4}),
        (["--action", "moved", "--action", "replied"], {4, 6}),
        (["--type", "File"], set(range(400, 426))),
        (["--type", "File", "--text", "page 412"], {412}),
        (["--path", "/news/page-3"], {3}),
        (["--path", "news/", "--action", "created"], {1}),
        (["--path", "/news", "--action", "edited", "--type", "Event"], set()),
        (["--text", "grüße"], {1}),
        (["--to", "2026-09-30T01:00:00Z"], {1, 2, 3}),
        (["--from", "2026-10-01T13:00:00+00:00"], set(range(400, 426))),
        (["--from", "2026-10-02"], set()),
    ],
)
def test_it_can_be_filtered(exported, history, options, numbers):
    found = {
        int(entry["uid"], 16)
        for line in exported(*options)
        for entry in line["entries"]
    }
    assert found == numbers


def test_of_a_large_change_set_what_fits_is_one_change_set(exported, history):
    # Of the hundred in the first block, and of those in the second one only.
    for some in ("page-129", "page-221"):
        lines = exported("--text", some)
        assert [len(line["entries"]) for line in lines] == [1] * 5
        assert not any("continued" in line for line in lines)


def test_days_are_those_of_the_site(exported, history):
    # The site is in UTC. It was on the 29th that the first two happened.
    assert len(exported("--to", "2026-09-29")) == 2


def test_csv_has_a_row_for_each_entry(activitylog, history):
    done = activitylog("export", "--format", "csv")
    assert done.exit_code == 0
    text = done.stdout_bytes.decode("utf-8")
    assert text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}time,change_set,")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert len(rows) == 1315
    assert {name: value for name, value in rows[3].items() if value} == {
        "time": "2026-09-30T01:00:00.007Z",
        "change_set": "4",
        "backfilled": "no",
        "actor": "robot",
        "actions": "moved",
        "type": "Document",
        "title": "Page 4",
        "path": "news/page-4",
        "uid": f"{4:032x}",
        "principals": "Anonymous",
        "source": '{"path": "area/page-4", "principals": ["Reader", "Site Administrator",'
        ' "user:staff"]}',
        "descendants": '[{"count": 3, "principals": ["Anonymous"]}, {"count": 1,'
        ' "principals": ["Reader", "Site Administrator", "user:staff"]}]',
    }
    assert rows[4]["title"] == "Half of a pair: ?"
    assert [row["change_set"] for row in rows[7:237]] == ["7"] * 230
    assert rows[1]["version"] == "0"


def test_csv_has_all_that_jsonl_has(activitylog, exported, log):
    full = page(
        1,
        actor="robot",
        fields=("title",),
        transitions=("publish",),
        old_state="private",
        new_state="published",
        comment="Now",
        source=Source("area/page-1", ("Reader",)),
        descendants=((3, ("Anonymous",)),),
        discussion_item="d" * 32,
        group="staff",
        version=2,
        version_before=1,
        details={"a": 1},
        values={"title": ["Roses", "Lilies"]},
        roles={"bob": [[], ["Editor"]]},
    )
    filled = {each.name: getattr(full, each.name) for each in fields(full)}
    assert all(value not in (None, (), "", {}) for value in filled.values())
    log.push(ChangeSet(BEGIN, "jane", (full,)))
    transaction.commit()
    [record] = exported()
    [entry] = record["entries"]
    entry["type"] = entry.pop("portal_type")
    text = activitylog("export", "--format", "csv").stdout[1:]
    [row] = csv.DictReader(io.StringIO(text))
    assert entry.keys() == filled.keys() - {"portal_type"} | {"type"}
    assert row.keys() == {"time", "change_set", "backfilled", *entry}
    assert "" not in [row[name] for name in entry]
    assert json.loads(row["values"]) == {"title": ["Roses", "Lilies"]}
    assert json.loads(row["roles"]) == {"bob": [[], ["Editor"]]}


def test_no_cell_of_csv_is_a_formula(activitylog, log):
    trap = '=HYPERLINK("https://example.org")'
    log.push(
        ChangeSet(BEGIN, trap, (page(1, title=trap, actor=trap, details={trap: 1}),))
    )
    transaction.commit()
    text = activitylog("export", "--format", "csv").stdout[1:]
    [row] = csv.DictReader(io.StringIO(text))
    assert row["title"] == row["actor"] == f"'{trap}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_the_file_is_for_its_owner_only(activitylog, printed, history, tmp_path):
    file = tmp_path / "activity.jsonl"
    file.write_text("the one of yesterday")
    file.chmod(0o644)
    assert printed("export", "--output", str(file)) == ""
    assert file.read_bytes() == activitylog("export").stdout_bytes
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "activity" in path.name] == [
        "activity.jsonl"
    ]


@pytest.mark.parametrize("name", ["activity.jsonl", "activity.jsonl.part"])
@pytest.mark.parametrize("is_there", [True, False])
def test_symbolic_links_are_not_followed(
    activitylog, printed, history, tmp_path, name, is_there
):
    """As another user may have put them into a folder such as /tmp."""
    folder = tmp_path / "shared"
    folder.mkdir()
    file, target = folder / "activity.jsonl", tmp_path / "target"
    if is_there:
        target.write_text("of another user")
    (folder / name).symlink_to(target)
    printed("export", "--output", str(file))
    assert file.read_bytes() == activitylog("export").stdout_bytes
    assert stat.S_IMODE(file.lstat().st_mode) == 0o600
    assert target.exists() == is_there
    assert not is_there or target.read_text() == "of another user"
    assert {path.name for path in folder.iterdir()} == {file.name, name}


def test_a_link_to_a_device_is_refused(refused, history, tmp_path):
    file = tmp_path / "activity.jsonl"
    file.symlink_to(os.devnull)
    assert refused("export", "--output", str(file)).endswith(
        f"Error: Cannot write {file}: It is a symbolic link to something that is not a file.\n"
    )
    assert file.is_symlink()


def test_two_exports_to_a_file_at_a_time_leave_a_whole_one(
    activitylog, printed, history, tmp_path, monkeypatch
):
    file, others = tmp_path / "activity.jsonl", []
    write = export._write

    def meanwhile(lines, output):
        def one_by_one():
            for number, line in enumerate(lines):
                if number == 5 and not others:
                    others.append(file)
                    others.append(printed("export", "--output", str(file)))
                yield line

        write(one_by_one(), output)

    monkeypatch.setattr(export, "_write", meanwhile)
    printed("export", "--output", str(file))
    assert others == [file, ""]
    monkeypatch.undo()
    assert file.read_bytes().endswith(b'{"end":true,"change_sets":40,"entries":1315}\n')
    assert list(tmp_path.glob("activity*")) == [file]


def test_a_full_disk_leaves_the_former_file(refused, history, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "activity.jsonl"
    file.write_text("the one of yesterday")
    monkeypatch.setattr(os, "fsync", full)
    error = refused("export", "--output", str(file))
    assert error.endswith(f"Error: Cannot write {file}: No space left on device.\n")
    assert file.read_text() == "the one of yesterday"
    assert list(tmp_path.glob("activity*")) == [file]


def test_a_file_that_cannot_be_written_is_named(refused, history, tmp_path):
    file = tmp_path / "nowhere" / "activity.jsonl"
    error = refused("export", "--output", str(file))
    assert f"Error: Cannot write {file}: No such file or directory." in error


def test_interrupted_it_leaves_the_former_file(refused, history, tmp_path, ctrl_c):
    file = tmp_path / "activity.jsonl"
    file.write_text("the one of yesterday")

    with ctrl_c():
        error = refused("export", "--output", str(file), status=ExitCode.INTERRUPTED)
    assert error.endswith(
        "Error: Interrupted. The export is incomplete. Run the command again.\n"
    )
    assert file.read_text() == "the one of yesterday"
    assert list(tmp_path.glob("activity*")) == [file]


def test_unreadable_change_sets_are_left_out_and_reported(activitylog, history, log):
    log.stack.push(b"3 whatever there will be", log.archive.addLayer)
    log.push(replace(history[0], actor="last"))
    transaction.commit()
    done = activitylog("export")
    assert done.exit_code == 1
    assert "Error: Unreadable change sets, left out: 1." in done.stderr
    assert '"end":true,"change_sets":41' in done.stdout
    assert '"actor":"last"' in done.stdout


@pytest.mark.parametrize(
    "options, option, name",
    [
        (["--action", "frob"], "--action", "action “frob”"),
        (["--action", "edited", "--action", "Edited"], "--action", "action “Edited”"),
        (["--type", "document"], "--type", "content type “document”"),
        (["--type", "File", "--type", "Fil"], "--type", "content type “Fil”"),
        (["--actor", "marai"], "--actor", "user ID “marai”"),
        (["--path", "/nope"], "--path", "path “/nope”"),
        # The beginning of a path is none.
        (["--path", "/new"], "--path", "path “/new”"),
        (["--path", "news/page/"], "--path", "path “/news/page”"),
        (["--path", "/@@sharing"], "--path", "path “/@@sharing”"),
    ],
)
@pytest.mark.parametrize("keys", [True, False])
def test_a_name_that_nothing_has_is_refused(
    refused, history, log, tmp_path, options, option, name, keys
):
    if not keys:
        log.secret = None
        transaction.commit()
    file = tmp_path / "activity.jsonl"
    file.write_text("the one of yesterday")
    error = refused("export", "--output", str(file), *options, status=2)
    assert f"Error: {option}: Neither the site nor the log has the {name}.\n" in error
    assert file.read_text() == "the one of yesterday"


@pytest.mark.parametrize(
    "options",
    [
        # Neither the site nor an add-on has any of these today.
        ["--action", "published"],
        ["--actor", "robot"],
        ["--path", "/news/page-3"],
        ["--path", "/news"],
    ],
)
def test_a_name_that_only_the_log_has_is_exported(exported, history, options):
    assert exported(*options) != []


def test_a_name_that_only_the_site_has_is_an_empty_export(
    portal, exported, refused, history, person
):
    person("marai")
    with recording_suspended():
        folder = api.content.create(portal, "Folder", "members")
        api.content.create(folder, "Document", "page")
    transaction.commit()
    assert exported("--actor", "marai", "--action", "checked_in") == []
    for path in ("/members", "members/page/"):
        assert exported("--path", path) == []
    # Nothing is acquired.
    assert "path “/members/page/members”" in refused(
        "export", "--path", "/members/page/members", status=2
    )


@pytest.mark.parametrize(
    "options, message",
    [
        (["--from", "yesterday"], "--from: Enter a date such as 2026-11-23, or a time"),
        (
            ["--to", "2026-01-01", "--from", "2026-01-02"],
            "--to: The end date must not be before",
        ),
        (["--actor", "x" * 201], "--actor: Enter at most 200 characters."),
        (["--action", "x" * 201], "--action: Enter at most 200 characters."),
    ],
)
def test_an_invalid_filter_is_named(refused, options, message):
    error = refused("export", *options, status=2)
    assert f"Error: {message}" in error
