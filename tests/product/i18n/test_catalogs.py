"""The catalogs are complete, and the translations fit the texts."""

from tests.product.i18n.languages import LANGUAGES

import re


AGAIN = "Run: make pot"
VARIABLE = re.compile(r"\$\{\w+\}")
ENDS = re.compile(r"[.:…]?$")
# Japanese has signs of its own.
SAME_END = str.maketrans({"。": ".", "：": ":"})


def texts(messages):
    return {message.id for message in messages if message.id}


def pairs(translations, catalog):
    """Yield English texts with their translations. Each form belongs to the English plural."""
    for message in catalog:
        if not message.id:
            continue
        english = translations.english(message)
        if isinstance(message.id, tuple):
            yield from ((english[1], string) for string in message.string)
        else:
            yield english, message.string


def test_translators_get_what_the_sources_say(translations, template):
    collected = translations.collect()
    found = {message.id: translations.english(message) for message in collected}
    given = {message.id: translations.english(message) for message in template}
    assert given == found, AGAIN


def test_texts_that_count_may_be_formatted_safely(template):
    # zope.i18n puts the number where "%" is, and gives up without a word.
    assert [text for text in map(str, texts(template)) if "%" in text] == []


def test_each_language_has_a_catalog(translations):
    found = [file.parts[-3] for file in translations.catalogs()]
    assert found == sorted(LANGUAGES)


def test_a_catalog_is_about_what_the_sources_say(translations, template, catalog):
    given = {message.id: translations.english(message) for message in template}
    known = {message.id: translations.english(message) for message in catalog}
    assert known == given, AGAIN
    assert list(catalog.obsolete) == [], AGAIN


def test_a_catalog_is_complete(translations, catalog):
    messages = [message for message in catalog if message.id]
    missing = [m.id for m in messages if not translations.is_translated(m)]
    assert missing == [], "Translate them."
    assert [m.id for m in messages if m.fuzzy] == [], "See whether they still fit."


def test_plurals_have_the_forms_of_the_language(catalog, language):
    number_of_forms, form = LANGUAGES[language]
    assert catalog.num_plurals == number_of_forms
    lengths = {
        len(message.string) for message in catalog if isinstance(message.id, tuple)
    }
    assert lengths == {number_of_forms}


def test_a_translation_has_the_variables_of_the_text(translations, catalog):
    wrong = [
        (english, said)
        for english, said in pairs(translations, catalog)
        if sorted(VARIABLE.findall(english)) != sorted(VARIABLE.findall(said))
        or "$" in VARIABLE.sub("", said)
    ]
    assert wrong == []


def test_a_translation_has_the_white_space_and_the_end_of_the_text(
    translations, catalog
):
    def frame(text):
        end = ENDS.search(text.translate(SAME_END)).group()
        return end, text != text.strip(), "\n" in text, "  " in text

    wrong = [
        (english, said)
        for english, said in pairs(translations, catalog)
        if frame(english) != frame(said)
    ]
    assert wrong == []


def test_a_translation_is_text_and_no_markup(translations, catalog):
    # Straight quotation marks are those of no language.
    wrong = [
        said
        for _, said in pairs(translations, catalog)
        if set('<>"&%`') & set(said) or "'" in said
    ]
    assert wrong == []


def test_quotation_marks_come_in_pairs(translations, catalog):
    def closed(text):
        marks = "".join(re.findall("[„“”«»‘「」]|’(?!\\w)", text))
        return re.sub("„“|“”|«»|‘’|「」", "", marks) in ("", "’")

    wrong = [said for _, said in pairs(translations, catalog) if not closed(said)]
    assert wrong == []
