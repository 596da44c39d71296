"""Refusals are in the language of the user, like all texts of the services."""

from plone import api
from tests.product.people import acting
from zope.lifecycleevent import modified

import pytest
import transaction


@pytest.fixture(params=["de", "ja"])
def language(portal, request):
    api.portal.set_registry_record("plone.available_languages", [request.param])
    api.portal.set_registry_record("plone.default_language", request.param)
    transaction.commit()
    return request.param


LOG_IN = {
    "/@my-activity": {
        "de": "Melden Sie sich an, um Ihre Aktivitäten anzusehen.",
        "ja": "自分のアクティビティを見るには、ログインしてください。",
    },
    "/@activity-digests": {
        "de": "Melden Sie sich an, um Ihre Zusammenfassungen zu verwalten.",
        "ja": "ダイジェストを管理するには、ログインしてください。",
    },
    "/@activity-filters": {
        "de": "Melden Sie sich an, um Filter zu speichern.",
        "ja": "フィルターを保存するには、ログインしてください。",
    },
    "/@activity-feeds": {
        "de": "Melden Sie sich an, um eine persönliche Feed-URL zu erstellen.",
        "ja": "個人用フィード URL を作成するには、ログインしてください。",
    },
}


@pytest.mark.parametrize("path", LOG_IN)
def test_what_belongs_to_members(configure, ask, language, path):
    configure(audience="everybody")
    if path == "/@activity-filters":
        answer = ask(path, method="POST", body={})
    else:
        answer = ask(path)
    assert answer.status_int == 401
    assert answer.json["message"] == LOG_IN[path][language]


@pytest.mark.parametrize("path", ["/@activity", "/@activity-calendar"])
def test_activity(configure, ask, jane, language, path):
    configure(audience="nobody")
    for user in (None, "jane"):
        answer = ask(path, user)
        assert answer.status_int == 401
        assert (
            answer.json["message"]
            == {
                "de": "Sie dürfen die Aktivitäten nicht ansehen.",
                "ja": "アクティビティを見る権限がありません。",
            }[language]
        )


def test_versions(portal, jane, mary, ask, language):
    with acting("jane"):
        page = api.content.create(portal, "Document", "page", title="One")
        page.title = "Two"
        modified(page)
        api.content.transition(page, "publish")
    answer = ask("/page/@activity-changes", "mary", **{"from": 0, "to": 1})
    assert answer.status_int == 401
    assert (
        answer.json["message"]
        == {
            "de": "Sie dürfen die Versionen nicht ansehen.",
            "ja": "バージョンを見る権限がありません。",
        }[language]
    )


def test_settings(portal, person, ask, language):
    person("sue", "Sue", "Site Administrator")
    portal.manage_permission("collective.appendonly: Manage activity", ["Manager"])
    answer = ask("/@controlpanels/activity", "sue")
    assert answer.status_int == 401
    assert (
        answer.json["message"]
        == {
            "de": "Sie dürfen das Aktivitätsprotokoll nicht verwalten.",
            "ja": "アクティビティログを管理する権限がありません。",
        }[language]
    )
