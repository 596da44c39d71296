"""The tables of the documentation are those of the results that are kept."""

from benchmarks import report
from benchmarks.tables import by_report
from benchmarks.tables import FOLDER
from benchmarks.tables import tables

import re


def test_the_tables_are_made_from_the_results():
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert kept == tables(), "Write them anew: python -m benchmarks.tables"


def test_every_table_is_shown_with_the_day_the_commit_and_the_machine():
    page = (FOLDER.parent / "benchmarks.rst").read_text("utf-8")
    assert ".. include:: tables/measured.txt\n" in page
    assert ":file: tables/methods.csv\n" in page
    titles = re.findall(r"csv-table:: .* \(\|(\w+)\|\)\n   :file: tables/(.+)\n", page)
    assert titles == [
        (name, table) for name, made in by_report().items() for table in made
    ]
    for name in by_report():
        kept = report.read(name)
        assert kept["date"] and kept["tree"] and kept["machine"]


def test_a_report_names_the_commit_of_the_sources(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    report.write("walking", "on foot", ["ZODB"], {"miles": 7})
    # The folder is not a checkout.
    assert report.read("walking")["tree"] == "unknown"
