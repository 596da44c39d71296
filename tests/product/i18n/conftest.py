"""What scripts/translations.py does, and the catalogs it does it for."""

from pathlib import Path
from tests.product.i18n.languages import LANGUAGES
from types import SimpleNamespace

import pytest
import runpy


SCRIPT = Path(__file__).parents[3] / "scripts" / "translations.py"


@pytest.fixture(scope="session")
def translations():
    return SimpleNamespace(**runpy.run_path(str(SCRIPT)))


@pytest.fixture(scope="session")
def template(translations):
    """What translators get."""
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
    """Let the request of the test be one for a language."""

    def set_language(code):
        http_request.environ["HTTP_ACCEPT_LANGUAGE"] = code
        http_request.other.pop("LANGUAGE_TOOL", None)

    return set_language
