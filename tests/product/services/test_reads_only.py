"""Requests to the REST API change no object."""

from plone import api

import pytest


@pytest.mark.parametrize("accept", ["application/json", "application/activity+json"])
@pytest.mark.parametrize("user", ["jane", "mary", None])
def test_a_get_changes_nothing(
    portal, jane, mary, acting, ask, changed, user, accept, configure
):
    configure(audience="everybody")
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    with acting("jane"):
        hours = api.content.create(garden, "Document", "hours", title="Hours")
    with acting("jane"):
        api.content.delete(hours)
    news = ask("/@activity", user).json["news"]
    changed.clear()
    statuses = [
        ask(path, user, accept=accept).status_int
        for path in (
            "/@activity",
            "/garden/@activity?text=garden&b_size=1",
            "/++api++/@activity?older=nonsense",
            "/++api++/@activity?actions=nonsense",
            "/garden/@activity?by=others&b_size=50",
            "/++api++/garden/@activity-calendar",
            "/++api++/garden?expand=activity",
            news.replace("/@activity-news", "/++api++/@activity-news"),
        )
    ]
    assert statuses == [200, 200, 400, 400, 200, 200, 200, 200]
    assert changed == []
