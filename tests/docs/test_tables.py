"""The tables of the documentation are those of the results that are kept."""

from benchmarks.tables import FOLDER
from benchmarks.tables import tables


def test_the_tables_are_made_from_the_results():
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert kept == tables(), "Write them anew: python -m benchmarks.tables"


def test_every_table_is_shown():
    page = (FOLDER.parent / "benchmarks.rst").read_text("utf-8")
    shown = {name for name in tables() if f":file: tables/{name}" in page}
    assert shown == set(tables())
