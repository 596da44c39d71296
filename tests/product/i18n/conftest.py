"""The module scripts/translations.py, the catalogs, and the languages."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import runpy


SCRIPT = Path(__file__).parents[3] / "scripts" / "translations.py"

#: The number of plural forms, and the form for a number. Independent of the catalogs.
LANGUAGES = {
    "de": (2, lambda number: int(number != 1)),
    "es": (2, lambda number: int(number != 1)),
    "eu": (2, lambda number: int(number != 1)),
    "fr": (2, lambda number: int(number > 1)),
    "it": (2, lambda number: int(number != 1)),
    "ja": (1, lambda number: 0),
    "nl": (2, lambda number: int(number != 1)),
    "pt_BR": (2, lambda number: int(number > 1)),
}
#: Numbers with different forms in some language.
NUMBERS = (0, 1, 2, 5, 21, 1_000_000)


@pytest.fixture(scope="session")
def translations():
    return SimpleNamespace(**runpy.run_path(str(SCRIPT)))


@pytest.fixture(scope="session")
def template(translations):
    """The catalog template."""
    return translations.read(translations.TEMPLATE)


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def catalog(translations, language):
    """The catalog of each language."""
    folder = translations.LOCALES / language / "LC_MESSAGES"
    return translations.read(folder / f"{translations.DOMAIN}.po")


@pytest.fixture
def set_language(http_request):
    """Set the language of the test request."""

    def set_language(code):
        http_request.environ["HTTP_ACCEPT_LANGUAGE"] = code
        http_request.other.pop("LANGUAGE_TOOL", None)

    return set_language
