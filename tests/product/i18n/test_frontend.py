"""The catalogs of the Volto add-on, which have the translations of the package."""

from scripts import frontend_translations
from scripts import translations

import pytest
import re


@pytest.fixture(params=translations.catalogs(), ids=lambda file: file.parts[-3])
def catalog(request):
    """A catalog of the package."""
    return request.param


@pytest.fixture
def own(catalog):
    """The catalog of the add-on in the same language."""
    return frontend_translations.file_of(catalog.parts[-3])


def test_catalogs_are_up_to_date(catalog, own):
    texts = list(frontend_translations.find_texts())
    found = {message.id: message.string for message in translations.read(own)}
    found.pop("")
    assert found == frontend_translations.translated(texts, catalog, own)


def test_translations_have_the_variables_of_their_texts(own):
    wrong = [
        message.id
        for message in translations.read(own)
        if message.id and message.string
        if set(re.findall(r"\{\w+\}", message.id))
        != set(re.findall(r"\{\w+\}", message.string))
    ]
    assert wrong == []


def test_the_host_has_the_same_languages(own):
    host = frontend_translations.FRONTEND / own.relative_to(frontend_translations.ADDON)
    assert host.exists()
