"""Texts with plural forms, in all languages and without a catalog."""

from collective.appendonly.i18n import counted
from plone.restapi.serializer.converters import json_compatible
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from tests.product.i18n.conftest import LANGUAGES
from tests.product.i18n.conftest import NUMBERS
from zope.component import getGlobalSiteManager
from zope.i18n import interpolate
from zope.i18n import translate
from zope.i18n.interfaces import ITranslationDomain

import pytest


def items(number):
    return counted("${count} item", "${count} items", number)


def test_plural_form_of_each_number(portal, catalog, language):
    number_of_forms, form = LANGUAGES[language]
    translated, expected = [], []
    for message in catalog:
        if not isinstance(message.id, tuple):
            continue
        for number in NUMBERS:
            text = counted(*message.id, number)
            translated.append(translate(text, target_language=language))
            mapping = {"count": number}
            expected.append(interpolate(message.string[form(number)], mapping))
    assert translated == expected


ENGLISH = ["0 items", "1 item", "2 items", "5 items", "21 items", "1000000 items"]


@pytest.mark.parametrize("language", ["en", "sv", None])
def test_english_needs_no_catalog(portal, language):
    assert [translate(items(n), target_language=language) for n in NUMBERS] == ENGLISH


def test_english_without_any_catalog(portal):
    registry = getGlobalSiteManager()
    domain = registry.getUtility(ITranslationDomain, "collective.appendonly")
    registry.unregisterUtility(domain, ITranslationDomain, "collective.appendonly")
    try:
        assert [translate(items(n), target_language="de") for n in NUMBERS] == ENGLISH
    finally:
        registry.registerUtility(domain, ITranslationDomain, "collective.appendonly")


def test_untranslated_text_is_english(portal):
    texts = [counted("${count} plum", "${count} plums", number) for number in NUMBERS]
    assert [translate(text, target_language="de") for text in texts] == [
        "0 plums",
        "1 plum",
        "2 plums",
        "5 plums",
        "21 plums",
        "1000000 plums",
    ]


def test_variables_are_interpolated_once(portal):
    text = counted(
        "${count} edit between ${begin} and ${end}",
        "${count} edits between ${begin} and ${end}",
        2,
        begin="${end}",
        end="<b>",
    )
    translated = translate(text, target_language="de")
    assert translated == "2 Bearbeitungen zwischen ${end} und <b>"


def test_formatted_number(portal):
    text = counted("${count} item", "${count} items", 1000, count="1.000")
    assert translate(text, target_language="de") == "1.000 Elemente"


def test_plural_forms_in_templates_and_json(
    portal, http_request, set_language, tmp_path
):
    set_language("fr")
    file = tmp_path / "items.pt"
    file.write_text('<p tal:content="view/one" title="${view/many}"></p>')

    class Items(BrowserView):
        index = ViewPageTemplateFile(str(file))
        one = items(0)
        many = items(2)

    assert Items(portal, http_request).index().strip() == (
        '<p title="2 éléments">0 élément</p>'
    )
    assert json_compatible([items(1), items(21)]) == ["1 élément", "21 éléments"]
