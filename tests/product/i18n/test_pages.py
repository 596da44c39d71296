"""Pages in the language of the reader, with localized times."""

from collective.appendonly.browser.viewlet import ActivityViewlet
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import FeedPage
from collective.appendonly.interfaces import Position
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from lxml import html
from plone import api
from tests.product.presentation.test_lines import PARTY

import pytest
import transaction


pytestmark = pytest.mark.large


# The heading, and the sentences for the removal of two pages, for moving and renaming a page at
# once, and for publishing it.
PAGES = {
    "de": (
        "Aktivitäten",
        "Jane Miller hat 2 Elemente gelöscht",
        "Jane Miller hat Fest verschoben und umbenannt",
        "Jane Miller hat Fest veröffentlicht",
    ),
    "en": (
        "Activity",
        "Jane Miller removed 2 items",
        "Jane Miller moved and renamed Fest",
        "Jane Miller published Fest",
    ),
    "es": (
        "Actividad",
        "Jane Miller ha eliminado 2 elementos",
        "Jane Miller ha movido y renombrado Fest",
        "Jane Miller ha publicado Fest",
    ),
    "eu": (
        "Jarduera",
        "Jane Miller(e)k ezabatuta: 2 elementu",
        "Jane Miller(e)k lekuz aldatuta eta izena aldatuta: Fest",
        "Jane Miller(e)k argitaratuta: Fest",
    ),
    "fr": (
        "Activité",
        "Jane Miller a supprimé 2 éléments",
        "Jane Miller a déplacé et renommé Fest",
        "Jane Miller a publié Fest",
    ),
    "it": (
        "Attività",
        "Jane Miller ha eliminato 2 elementi",
        "Jane Miller ha spostato e rinominato Fest",
        "Jane Miller ha pubblicato Fest",
    ),
    "ja": (
        "アクティビティ",
        "Jane Miller が 2 件のアイテム を削除しました",
        "Jane Miller が Fest に変更を加えました: 移動、名前変更",
        "Jane Miller が Fest を公開しました",
    ),
    "nl": (
        "Activiteit",
        "Jane Miller heeft 2 items verwijderd",
        "Jane Miller heeft Fest verplaatst en hernoemd",
        "Jane Miller heeft Fest gepubliceerd",
    ),
    "pt-br": (
        "Atividades",
        "Jane Miller excluiu 2 itens",
        "Jane Miller alterou Fest: movido e renomeado",
        "Jane Miller publicou Fest",
    ),
}

# A quarter to midnight in UTC. The reader has the time zone of Tokyo.
TIME = datetime(2026, 11, 3, 23, 45, tzinfo=timezone.utc)
FEST = replace(PARTY, title="Fest", path="fest", url="http://nohost/plone/fest")
TIMES = {
    "de": "04.11.2026 08:45",
    "en": "Nov 04, 2026 08:45 AM",
    "es": "04/11/2026 08:45",
    "eu": "2026/11/04 08:45",
    "fr": "04/11/2026 08:45",
    "it": "04/11/2026 08:45",
    "ja": "2026年11月04日 08時45分",
    "nl": "04-11-2026 08:45",
    "pt-br": "04/11/2026 08h45",
}


@pytest.fixture
def languages(portal):
    """Enable language negotiation by browser request."""
    for name, value in {
        "available_languages": list(PAGES),
        "use_request_negotiation": True,
        "use_cookie_negotiation": False,
    }.items():
        api.portal.set_registry_record(f"plone.{name}", value)
    transaction.commit()


@pytest.fixture
def read(browse, jane):
    """Return a page for Jane in a language."""

    def read(path, language):
        return html.fromstring(browse(path, "jane", Accept_Language=language).contents)

    return read


def sentences(page):
    """Return the sentences of a list of activity, without the titles of content types."""
    found = page.cssselect(".list-group-item p.mb-0:not(.small)")
    for sentence in found:
        for hidden in sentence.cssselect(".visually-hidden, [aria-hidden=true]"):
            hidden.drop_tree()
    return [" ".join(sentence.text_content().split()) for sentence in found]


@pytest.mark.parametrize("language", PAGES)
def test_activity_page_uses_language_of_reader(
    portal, languages, acting, read, language
):
    with acting("jane"):
        fest = api.content.create(portal, "Document", "fest", title="Fest")
        one = api.content.create(portal, "Document", "one", title="One")
        two = api.content.create(portal, "Document", "two", title="Two")
        folder = api.content.create(portal, "Folder", "folder", title="Folder")
    with acting("jane"):
        api.content.transition(fest, "publish")
    with acting("jane"):
        api.content.move(fest, folder, "party")
    with acting("jane"):
        api.content.delete(objects=[one, two])
    page = read("/@@activity", language)
    assert page.get("lang") == language
    [heading] = page.cssselect("h1")
    assert (heading.text, *sentences(page)[:3]) == PAGES[language]


@pytest.mark.whole_pages
@pytest.mark.parametrize("language", TIMES)
def test_times_use_format_and_time_zone_of_reader(
    portal, languages, jane, configure, read, monkeypatch, language
):
    item = FeedItem("", Position(0, 0), TIME, "jane", (FEST,))
    monkeypatch.setattr(ActivityViewlet, "page", FeedPage([item]))
    configure(viewlet_places=("site",))
    jane.setMemberProperties({"timezone": "Asia/Tokyo"})
    transaction.commit()
    [time] = read("", language).cssselect("#section-activity time")
    assert time.get("datetime") == "2026-11-03T23:45:00+00:00"
    assert time.text == time.get("title") == TIMES[language]


def test_english_on_site_with_other_default_language(portal, languages, read):
    api.portal.set_registry_record("plone.default_language", "de")
    transaction.commit()
    [heading] = read("/@@activity", "en").cssselect("h1")
    assert heading.text == "Activity"
