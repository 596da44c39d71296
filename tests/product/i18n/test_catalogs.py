"""The catalogs are complete, and translations match their texts."""

from tests.product.i18n.conftest import LANGUAGES

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


def test_translations_keep_variables(translations, catalog):
    wrong = [
        (english, translated)
        for english, translated in pairs(translations, catalog)
        if sorted(VARIABLE.findall(english)) != sorted(VARIABLE.findall(translated))
        or "$" in VARIABLE.sub("", translated)
    ]
    assert wrong == []


def test_translations_keep_white_space_and_punctuation(translations, catalog):
    def frame(text):
        end = ENDS.search(text.translate(SAME_END)).group()
        return end, text != text.strip(), "\n" in text, "  " in text

    wrong = [
        (english, translated)
        for english, translated in pairs(translations, catalog)
        if frame(english) != frame(translated)
    ]
    assert wrong == []


def test_translations_have_no_markup(translations, catalog):
    # No language uses straight quotation marks.
    wrong = [
        translated
        for _, translated in pairs(translations, catalog)
        if set('<>"&%`') & set(translated) or "'" in translated
    ]
    assert wrong == []


def test_quotation_marks_are_paired(translations, catalog):
    def closed(text):
        marks = "".join(re.findall("[„“”«»‘「」]|’(?!\\w)", text))
        return re.sub("„“|“”|«»|‘’|「」", "", marks) in ("", "’")

    wrong = [
        translated
        for _, translated in pairs(translations, catalog)
        if not closed(translated)
    ]
    assert wrong == []
