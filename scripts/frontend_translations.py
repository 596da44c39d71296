"""Update the catalogs of the Volto add-on: ``make pot`` runs it after those of the package.

The texts are in ``messages.ts``, by their English wording. Where a catalog of the package has the
same text, its translation is taken; other translations in the catalogs of the add-on are kept.
"""

from babel.messages.catalog import Catalog
from collections.abc import Iterator
from pathlib import Path
from scripts import translations

import re


FRONTEND = Path(__file__).parents[1] / "frontend"
ADDON = FRONTEND / "packages" / "volto-appendonly"
MESSAGES = ADDON / "src" / "messages.ts"
LOCALES = ADDON / "locales"
DOMAIN = "volto"

_HEADER = """\
# Texts of @plone-collective/volto-appendonly, collected by "make pot".
# Translate texts that the catalogs of collective.appendonly have there, the others here."""
_ID = re.compile(r"""\bid:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
_NAME = re.compile(r"(?<!\$)\{(\w+)\}")


def main() -> None:
    texts = list(find_texts())
    write(LOCALES / f"{DOMAIN}.pot", dict.fromkeys(texts, ""))
    write(file_of(translations.SOURCE_LANGUAGE), dict.fromkeys(texts, ""))
    for catalog in translations.catalogs():
        language = catalog.parts[-3]
        found = translated(texts, catalog, file_of(language))
        write(file_of(language), found)
        missing = sum(not text for text in found.values())
        print(f"{language}, Volto: {missing} of {len(found)} to translate")
    _update_host()


def find_texts() -> Iterator[str]:
    """Yield the texts of the add-on, as they are in the sources."""
    for single, double in _ID.findall(MESSAGES.read_text("utf-8")):
        yield re.sub(r"\\(.)", r"\1", single or double)


def file_of(language: str) -> Path:
    """Return the catalog of the add-on in *language*."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translated(texts: list[str], catalog: Path, own: Path) -> dict[str, str]:
    """Return the translations of *texts* from the *catalog* of the package, otherwise from *own*."""
    known = {}
    if own.exists():
        known = {message.id: message.string for message in translations.read(own)}
    of_package = {
        translations.english(message): message.string
        for message in translations.read(catalog)
        if isinstance(message.id, str) and not message.fuzzy
    }
    return {
        text: _from_package(of_package.get(_NAME.sub(r"${\1}", text)))
        or known.get(text, "")
        for text in texts
    }


def _from_package(translation: str | None) -> str:
    text = re.sub(r"\$\{(\w+)\}", r"{\1}", translation or "")
    # To formatjs, an apostrophe before a brace is a quotation mark.
    return text.replace("'{", "''{")


def write(file: Path, texts: dict[str, str]) -> None:
    """Write a catalog with *texts* and their translations. Its date stays if nothing else is new."""
    language = file.parts[-3] if file.suffix == ".po" else None
    catalog = Catalog(
        locale=language,
        domain=DOMAIN,
        header_comment=_HEADER,
        project="volto-appendonly",
        version="1",
        fuzzy=False,
    )
    for text, translation in texts.items():
        catalog.add(text, translation, auto_comments=[f'Default: "{text}"'])
    file.parent.mkdir(parents=True, exist_ok=True)
    translations.write(file, catalog)


def _update_host() -> None:
    """Give the host of the add-on a catalog for each language: Volto merges others into it."""
    for file in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        host = FRONTEND / file.relative_to(ADDON)
        host.parent.mkdir(parents=True, exist_ok=True)
        if not host.exists():
            host.write_text('msgid ""\nmsgstr ""\n')


if __name__ == "__main__":
    main()
