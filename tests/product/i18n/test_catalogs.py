"""The catalogs are complete, and translations match their texts."""

from tests.product.i18n.conftest import LANGUAGES

import pytest
import re


AGAIN = "Run: make pot"
VARIABLE = re.compile(r"\$\{\w+\}")
ENDS = re.compile(r"[.:…]?$")
# Japanese has its own punctuation.
SAME_END = str.maketrans({"。": ".", "：": ":"})


def texts(messages):
    return {message.id for message in messages if message.id}


def pairs(translations, catalog):
    """Yield English texts with their translations. All plural forms are paired with the English plural."""
    for message in catalog:
        if not message.id:
            continue
        english = translations.english(message)
        if isinstance(message.id, tuple):
            yield from ((english[1], string) for string in message.string)
        else:
            yield english, message.string


def test_template_matches_sources(translations, template):
    collected = translations.collect()
    found = {message.id: translations.english(message) for message in collected}
    given = {message.id: translations.english(message) for message in template}
    assert given == found, AGAIN


def test_plural_texts_have_no_percent_sign(template):
    # zope.i18n formats plurals with "%" and silently skips the text on an error.
    assert [text for text in map(str, texts(template)) if "%" in text] == []


def test_each_language_has_a_catalog(translations):
    found = [file.parts[-3] for file in translations.catalogs()]
    assert found == sorted(LANGUAGES)


def test_catalog_matches_template(translations, template, catalog):
    given = {message.id: translations.english(message) for message in template}
    known = {message.id: translations.english(message) for message in catalog}
    assert known == given, AGAIN
    assert list(catalog.obsolete) == [], AGAIN


def test_catalog_is_complete(translations, catalog):
    messages = [message for message in catalog if message.id]
    missing = [m.id for m in messages if not translations.is_translated(m)]
    assert missing == [], "Translate them."
    assert [m.id for m in messages if m.fuzzy] == [], "See whether they still fit."


def test_plural_forms(catalog, language):
    number_of_forms, form = LANGUAGES[language]
    assert catalog.num_plurals == number_of_forms
    lengths = {
        len(message.string) for message in catalog if isinstance(message.id, tuple)
    }
    assert lengths == {number_of_forms}


def variables_are_kept(english, translated):
    return sorted(VARIABLE.findall(english)) == sorted(
        VARIABLE.findall(translated)
    ) and "$" not in VARIABLE.sub("", translated)


def white_space_and_punctuation_are_kept(english, translated):
    def frame(text):
        end = ENDS.search(text.translate(SAME_END)).group()
        return end, text != text.strip(), "\n" in text, "  " in text

    return frame(english) == frame(translated)


def there_is_no_markup(english, translated):
    # No language uses straight quotation marks.
    return not set("<>\"&%`'") & set(translated)


def quotation_marks_are_paired(english, translated):
    marks = "".join(re.findall("[„“”«»‘「」]|’(?!\\w)", translated))
    return re.sub("„“|“”|«»|‘’|「」", "", marks) in ("", "’")


@pytest.mark.parametrize(
    "holds",
    [
        variables_are_kept,
        white_space_and_punctuation_are_kept,
        there_is_no_markup,
        quotation_marks_are_paired,
    ],
)
def test_translations_match_their_texts(translations, catalog, holds):
    assert [each for each in pairs(translations, catalog) if not holds(*each)] == []
