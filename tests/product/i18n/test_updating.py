"""The update of catalogs by ``make pot``."""

from babel.messages.catalog import Catalog

import pytest


@pytest.fixture
def template():
    """The catalog template."""
    template = Catalog()
    template.add("Moved", locations=[("lines.py", None)])
    template.add("removed", auto_comments=['Default: "${actor} removed ${item}"'])
    template.add(("${count} item", "${count} items"))
    return template


@pytest.fixture
def catalog():
    """A complete translation."""
    catalog = Catalog(locale="de")
    catalog.add("Moved", "Verschoben", locations=[("old.py", None)])
    catalog.add(
        "removed",
        "${actor} hat ${item} gelöscht",
        auto_comments=['Default: "${actor} removed ${item}"'],
    )
    catalog.add(
        ("${count} item", "${count} items"), ("${count} Element", "${count} Elemente")
    )
    return catalog


def state(catalog):
    return {m.id: (m.string, m.fuzzy) for m in catalog if m.id}


DONE = {
    "Moved": ("Verschoben", False),
    "removed": ("${actor} hat ${item} gelöscht", False),
    ("${count} item", "${count} items"): (
        ("${count} Element", "${count} Elemente"),
        False,
    ),
}


def test_update_without_new_texts(translations, template, catalog):
    translations.update(catalog, template)
    assert state(catalog) == DONE


def test_new_text_is_not_matched_fuzzily(translations, template, catalog):
    template.add("Removed")
    translations.update(catalog, template)
    assert state(catalog) == {**DONE, "Removed": (None, False)}


def test_removed_text_leaves_nothing(translations, template, catalog):
    template.delete("Moved")
    translations.update(catalog, template)
    assert "Moved" not in state(catalog)
    assert catalog.obsolete == {}


def test_changed_default_text_is_marked_fuzzy(translations, template, catalog):
    template["removed"].auto_comments = ['Default: "${actor} deleted ${item}"']
    translations.update(catalog, template)
    assert state(catalog) == {
        **DONE,
        "removed": ("${actor} hat ${item} gelöscht", True),
    }


def test_writing_is_idempotent(translations, template, catalog, tmp_path):
    file = tmp_path / "de" / "LC_MESSAGES" / "collective.appendonly.po"
    file.parent.mkdir(parents=True)
    translations.update(catalog, template)
    translations.write(file, catalog)
    written = file.read_bytes()
    again = translations.read(file)
    translations.update(again, template)
    translations.write(file, again)
    assert file.read_bytes() == written
