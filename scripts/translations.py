"""Collect the texts that people read, and bring the catalogs of all languages up to date.

``make pot`` runs it. With names of languages (``sv``, ``pt_PT``) it begins a catalog for each.
i18ndude finds the texts in templates, ZCML and profiles, and what stands in ``_()``; it knows
nothing of plural forms, so Babel finds what stands in ``counted()``.
"""

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.messages.pofile import write_po
from datetime import datetime
from datetime import timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import io
import subprocess
import sys


DOMAIN = "collective.appendonly"
PACKAGE = Path(__file__).parents[1] / "src" / "collective" / "appendonly"
LOCALES = PACKAGE / "locales"
TEMPLATE = LOCALES / f"{DOMAIN}.pot"
# English is in the sources. Its catalog stays empty: see docs/translating.rst.
SOURCE_LANGUAGE = "en"

_HEADER = """\
# Texts of collective.appendonly for translators, collected by "make pot".
# ${actor}, ${item} and the like stand for names, titles and numbers: put them
# where your language wants them. docs/translating.rst says more."""
_PEOPLE = "Plone Collective <collective@plone.org>"
# Babel guesses these from signs that mean nothing in our texts.
_NO_FLAGS = {"python-format", "python-brace-format"}


def main(*new_languages: str) -> None:
    template = collect()
    write(TEMPLATE, template)
    print(f"{TEMPLATE.name}: {len(template)} texts")
    for language in new_languages:
        file = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if not file.exists():
            file.parent.mkdir(parents=True)
            write(file, _empty(language))
    for file in catalogs():
        catalog = read(file)
        update(catalog, template)
        write(file, catalog)
        print(f"{file.parts[-3]}: {_progress(catalog)}")


def catalogs() -> list[Path]:
    """Return the catalogs of all languages that texts are translated into."""
    return sorted(
        file
        for file in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
        if file.parts[-3] != SOURCE_LANGUAGE
    )


def read(file: Path) -> Catalog:
    """Return the catalog in *file*. Raise PoFileError if it is none."""
    language = file.parts[-3] if file.suffix == ".po" else None
    with open(file, "rb") as source:
        return read_po(source, locale=language, domain=DOMAIN, abort_invalid=True)


def collect() -> Catalog:
    """Return what the sources say."""
    found = _empty()
    for message in [*_in_templates_and_calls(), *_counted()]:
        found.add(
            message.id,
            auto_comments=sorted(message.auto_comments),
            locations=sorted((place, None) for place, _ in message.locations),
        )
    return found


def update(catalog: Catalog, template: Catalog) -> None:
    """Give *catalog* the texts of *template*, and no others.

    Where the English text of an id has changed, the translation becomes fuzzy: somebody has
    to look at it.
    """
    known = {message.id: english(message) for message in catalog}
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        if is_translated(message) and known.get(message.id) != english(message):
            message.flags.add("fuzzy")


def english(message: Message) -> str | tuple[str, ...]:
    """Return the English text of a message: what it says by default, otherwise its id."""
    for comment in message.auto_comments:
        if comment.startswith("Default: "):
            return comment.removeprefix("Default: ").strip('"')
    return message.id


def is_translated(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else message.string
    return bool(message.id) and bool(strings) and all(strings)


def _in_templates_and_calls():
    with TemporaryDirectory() as folder:
        pot = Path(folder) / "texts.pot"
        # The directory stands in the comments.
        subprocess.run(
            [Path(sys.executable).with_name("i18ndude"), "rebuild-pot"]
            + ["--pot", pot, "--create", DOMAIN, "--no-line-numbers", "."],
            cwd=PACKAGE,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return [message for message in read(pot) if message.id]


def _counted():
    for file, line, texts, _, _ in extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords={"counted": (1, 2)}
    ):
        yield Message(texts, locations=[(f"./{Path(file).as_posix()}", line)])


def _empty(language=None):
    return Catalog(
        locale=language,
        domain=DOMAIN,
        header_comment=_HEADER,
        project=DOMAIN,
        version="1",
        msgid_bugs_address="https://github.com/collective/collective.appendonly/issues",
        last_translator=_PEOPLE,
        language_team=_PEOPLE,
        revision_date=language and datetime.now(timezone.utc),
        fuzzy=False,
    )


def write(file: Path, catalog: Catalog) -> None:
    """Write *catalog*. Its date stays if nothing else is new."""
    for message in catalog:
        message.flags -= _NO_FLAGS
    before = file.read_bytes() if file.exists() else b""
    if before:
        catalog.creation_date = read(file).creation_date
    if _text(catalog) != before:
        catalog.creation_date = datetime.now(timezone.utc)
        file.write_bytes(_text(catalog))


def _text(catalog):
    text = io.BytesIO()
    write_po(
        text,
        catalog,
        # One line for each text, so that changes are easy to read.
        width=10_000,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return text.getvalue()


def _progress(catalog):
    messages = [message for message in catalog if message.id]
    missing = sum(not is_translated(message) for message in messages)
    fuzzy = sum(message.fuzzy for message in messages)
    return f"{missing} of {len(messages)} to translate, {fuzzy} to look at again"


if __name__ == "__main__":
    main(*sys.argv[1:])
