"""How ``make pot`` brings a catalog up to date."""

from babel.messages.catalog import Catalog

import pytest


@pytest.fixture
def template():
    """What translators get."""
    template = Catalog()
    template.add("Moved", locations=[("lines.py", None)])
    template.add("removed", auto_comments=['Default: "${actor} removed ${item}"'])
    template.add(("${count} item", "${count} items"))
    return template


@pytest.fixture
def catalog():
    """What one of them made of it, who is done."""
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


def test_where_nothing_is_new_nothing_changes(translations, template, catalog):
    translations.update(catalog, template)
    assert state(catalog) == DONE


def test_a_new_text_is_empty_however_much_it_is_like_another(
    translations, template, catalog
):
    template.add("Removed")
    translations.update(catalog, template)
    assert state(catalog) == {**DONE, "Removed": (None, False)}


def test_a_text_that_is_gone_leaves_nothing(translations, template, catalog):
    template.delete("Moved")
    translations.update(catalog, template)
    assert "Moved" not in state(catalog)
    assert catalog.obsolete == {}


def test_where_the_english_of_an_id_changed_somebody_has_to_look(
    translations, template, catalog
):
    template["removed"].auto_comments = ['Default: "${actor} deleted ${item}"']
    translations.update(catalog, template)
    assert state(catalog) == {
        **DONE,
        "removed": ("${actor} hat ${item} gelöscht", True),
    }


def test_writing_the_same_again_changes_no_byte(
    translations, template, catalog, tmp_path
):
    file = tmp_path / "de" / "LC_MESSAGES" / "collective.appendonly.po"
    file.parent.mkdir(parents=True)
    translations.update(catalog, template)
    translations.write(file, catalog)
    written = file.read_bytes()
    again = translations.read(file)
    translations.update(again, template)
    translations.write(file, again)
    assert file.read_bytes() == written
