"""Times, as each reader knows them, whoever was told of them before."""

from collective.appendonly.presentation.times import Times
from datetime import datetime
from datetime import timezone
from plone.app.testing import login
from plone.app.testing import logout

import pytest


TIME = datetime(2026, 11, 23, 20, 30, tzinfo=timezone.utc)
OVERRIDE = "Products.CMFPlone.i18nl10n.override_dateformat"


@pytest.fixture
def told(portal, http_request):
    """Return how a request in a language is told of the time."""

    def told(language="en"):
        http_request.environ["HTTP_ACCEPT_LANGUAGE"] = language
        http_request.other.pop("LANGUAGE_TOOL", None)
        times = Times(portal, http_request)
        return times.moment(TIME), times.day(TIME), times.time_of_day(TIME)

    return told


@pytest.fixture(autouse=True)
def languages(portal):
    portal.portal_registry["plone.available_languages"] = ["de", "en"]
    portal.portal_registry["plone.use_request_negotiation"] = True


def test_each_language_has_its_own_form(told):
    german = ("23.11.2026 20:30", "23.11.2026", "20:30")
    english = ("Nov 23, 2026 08:30 PM", "Nov 23, 2026", "08:30 PM")
    assert [told(code) for code in ("en", "de", "en", "de")] == [
        english,
        german,
        english,
        german,
    ]


def test_each_person_has_their_own_time_zone(portal, jane, mary, told):
    portal.portal_registry["plone.portal_timezone"] = "Asia/Tokyo"
    portal.acl_users.getUserById("mary").setProperties(timezone="Europe/Berlin")
    login(portal, "mary")
    assert told()[2] == "09:30 PM"
    login(portal, "jane")
    assert told()[1:] == ("Nov 24, 2026", "05:30 AM")
    login(portal, "mary")
    assert told()[1:] == ("Nov 23, 2026", "09:30 PM")
    logout()
    assert told()[2] == "05:30 AM"


def test_a_format_that_the_site_sets_is_used_at_once(portal, told):
    assert told()[1] == "Nov 23, 2026"
    portal.portal_registry[f"{OVERRIDE}.Enabled"] = True
    portal.portal_registry[f"{OVERRIDE}.date_format_short"] = "${Y}/${m}/${d}"
    assert told()[1] == "2026/11/23"
    portal.portal_registry[f"{OVERRIDE}.date_format_short"] = "%d.%m."
    assert told()[1] == "23.11."
    portal.portal_registry[f"{OVERRIDE}.Enabled"] = False
    assert told()[1] == "Nov 23, 2026"
