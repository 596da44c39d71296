"""Translating, linking translations, and what follows an edit into them."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLIC
from .expected import PUBLISHED
from collective.appendonly.entry import Source
from collective.appendonly.testing import ACTIVITY_FIXTURE
from datetime import datetime
from datetime import timedelta
from plone import api
from plone.app.multilingual.api import get_translation_manager
from plone.app.multilingual.api import translate
from plone.app.multilingual.dx.interfaces import ILanguageIndependentField
from plone.app.relationfield.behavior import IRelatedItems
from plone.app.testing import applyProfile
from plone.app.testing import login
from plone.app.testing import PloneSandboxLayer
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from pytz import utc
from tests.product.layers import site_of_its_own
from zope.configuration import xmlconfig
from zope.interface import alsoProvides
from zope.interface import noLongerProvides
from zope.lifecycleevent import modified

import plone.app.multilingual
import pytest


pytestmark = pytest.mark.large


class MultilingualLayer(PloneSandboxLayer):
    defaultBases = (ACTIVITY_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        self.loadZCML(package=plone.app.multilingual)
        xmlconfig.includeOverrides(
            configurationContext, "overrides.zcml", plone.app.multilingual
        )

    def setUpPloneSite(self, portal):
        login(portal, TEST_USER_NAME)
        setRoles(portal, TEST_USER_ID, ["Manager"])
        api.portal.get_tool("portal_languages").addSupportedLanguage("de")
        applyProfile(portal, "plone.app.multilingual:default")


set_up, functional = site_of_its_own(MultilingualLayer())


@pytest.fixture
def page(portal, add, recorded):
    """The English page ``en/party``. The folders ``en`` and ``de`` are published."""
    page = add("en/party")
    recorded()
    return page


@pytest.fixture
def german(page, add, recorded):
    """The German page ``de/feier``, which is not registered as a translation."""
    german = add("de/feier")
    german.language = "de"
    german.reindexObject()
    recorded()
    return german


def test_translating(client, portal, page, recorded):
    client.translate("en/party", "Feier")
    assert translations(page) == {"en": "Party", "de": "Feier"}
    translated = entry("translated", "de/party", "Feier", source="en/party")
    assert recorded() == only(translated)


def translations(page):
    manager = get_translation_manager(page)
    return {code: obj.title for code, obj in manager.get_translations().items()}


def test_translating_what_is_published(client, page, recorded):
    client.transition("en/party", "publish")
    recorded()
    client.translate("en/party", "Feier")
    source = Source("en/party", PUBLIC)
    translated = entry("translated", "de/party", "Feier", source=source)
    assert recorded() == only(translated)


def test_translating_a_folder(client, portal, add, recorded):
    add("en/news", "Folder")
    add("en/news/party")
    recorded()
    client.translate("en/news", "Nachrichten")
    translated = folder("translated", "de/news", "Nachrichten", source="en/news")
    assert recorded() == only(translated)


def test_translating_and_publishing_at_once(page, recorded):
    api.content.transition(translate(page, "de"), "publish")
    translated = entry(
        "translated transitioned", "de/party", "", source="en/party", **PUBLISHED
    )
    assert recorded() == only(translated)


def test_editing_and_deleting_a_translation(client, page, recorded):
    client.translate("en/party", "Feier")
    recorded()
    client.edit("de/party", title="Fest")
    edited = entry("edited", "de/party", "Fest", fields=("title",))
    assert recorded() == only(edited)
    client.delete("de/party")
    assert recorded() == only(entry("removed", "de/party", "Fest"))


def test_linking(client, page, german, recorded):
    client.link("en/party", "de/feier")
    assert translations(page) == {"en": "Party", "de": "Feier"}
    linked = entry("translations_linked", "en/party", source="de/feier")
    assert recorded() == only(linked)


def test_unlinking(client, page, german, recorded):
    client.link("en/party", "de/feier")
    recorded()
    client.unlink("en/party")
    assert translations(page) == {"en": "Party"}
    unlinked = entry("translations_unlinked", "en/party", source="de/feier")
    assert recorded() == only(unlinked)


def test_a_page_that_leaves_its_translations(page, german, recorded):
    manager = get_translation_manager(page)
    manager.register_translation("de", german)
    recorded()
    manager.remove_translation("en")
    assert translations(german) == {"de": "Feier"}
    assert recorded() == only(entry("translations_unlinked", "en/party"))


def test_linking_and_renaming_at_once(page, german, recorded):
    get_translation_manager(page).register_translation("de", german)
    api.content.rename(page, "ball")
    done = entry("renamed translations_linked", "en/ball", "Party", source="en/party")
    assert recorded() == only(done)


def test_moving_to_the_other_language(client, page, recorded):
    client.move("en/party", "de")
    assert page.language == "de"
    moved = entry("moved", "de/party", source="en/party")
    assert recorded() == only(moved)


def test_moving_to_the_other_language_where_there_is_a_translation(
    client, page, german, recorded
):
    client.link("en/party", "de/feier")
    recorded()
    client.move("en/party", "de")
    moved = entry("moved", "de/party", source="en/party")
    assert recorded() == only(moved)
    # Which of the two pages stays the translation is up to Plone, and not always the same.
    assert list(translations(page)) == ["de"]


def test_copying_to_the_folder_of_all_languages(client, page, portal, recorded):
    client.copy("en/party", "en/assets")
    assert not portal["de"]["assets"]["party"].language
    assert recorded() == only(entry("copied", "en/assets/party", source="en/party"))


def test_a_folder_takes_content_to_the_other_language(client, portal, add, recorded):
    add("en/news", "Folder")
    add("en/news/party")
    recorded()
    client.move("en/news", "de")
    assert portal["de"]["news"]["party"].language == "de"
    moved = folder("moved", "de/news", source="en/news", descendants=1)
    assert recorded() == only(moved)


NOON = datetime(2026, 11, 23, 12, tzinfo=utc)


@pytest.fixture
def fair(portal, add, recorded):
    """An event in English, translated. Its time is the same in all languages."""
    fair = add("en/fair", "Event")
    fair.start, fair.end = NOON, NOON + timedelta(hours=1)
    translate(fair, "de").title = "Messe"
    assert portal["de"]["fair"].start == NOON
    recorded()
    return fair


def test_what_is_the_same_in_all_languages_is_edited_in_all(
    clients, fair, portal, recorded
):
    before = NOON - timedelta(hours=1)
    clients("rest").edit("en/fair", start=before.isoformat())
    assert portal["de"]["fair"].start == before
    english = entry("edited", "en/fair", portal_type="Event")
    german = entry("edited", "de/fair", "Messe", "Event")
    fields = {"fields": ("start",)}
    assert recorded() == only({**english, **fields}, {**german, **fields})


def test_it_is_not_edited_in_the_others_if_it_stays_as_it_was(client, fair, recorded):
    client.edit("en/fair", title="Market")
    edited = entry("edited", "en/fair", "Market", "Event", fields=("title",))
    assert recorded() == only(edited)


def test_relations_that_are_copied_once_more_are_no_edit(
    fair, page, related_in_all_languages, clients, recorded
):
    clients("rest").edit("en/fair", relatedItems=[page.UID()])
    recorded()
    fair.title = "Market"
    modified(fair)
    edited = entry("edited", "en/fair", "Market", "Event", fields=("title",))
    assert recorded() == only(edited)


@pytest.fixture
def related_in_all_languages():
    """Related items are the same in all languages, as a site may want to have it."""
    field = IRelatedItems["relatedItems"]
    alsoProvides(field, ILanguageIndependentField)
    yield
    noLongerProvides(field, ILanguageIndependentField)


def test_a_site_that_gets_a_second_language(log):
    """The layer of these tests sets up the languages."""
    newest = next(change_set for _, change_set in log.older())
    # Existing content of the site now has no language, which is recorded too.
    listed = [
        (made.actions, made.path, made.source and made.source.path)
        for made in newest.entries
        if made.actions != ("edited",)
    ]
    assert listed == [
        (("created", "transitioned"), "en", None),
        (("created", "transitioned"), "en/assets", None),
        (("translated", "transitioned"), "de", "en"),
        (("created", "transitioned"), "de/assets", None),
    ]
