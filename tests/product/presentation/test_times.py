"""Times in the language, time zone and format of each reader, whatever is cached."""

from collective.appendonly.presentation.times import Times
from datetime import datetime
from datetime import timezone
from plone.app.testing import login
from plone.app.testing import logout

import pytest


TIME = datetime(2026, 11, 23, 20, 30, tzinfo=timezone.utc)
OVERRIDE = "Products.CMFPlone.i18nl10n.override_dateformat"


@pytest.fixture
def formatted(portal, http_request):
    """Return the time as formatted for a request in a language."""

    def formatted(language="en"):
        http_request.environ["HTTP_ACCEPT_LANGUAGE"] = language
        http_request.other.pop("LANGUAGE_TOOL", None)
        times = Times(portal, http_request)
        return times.moment(TIME), times.day(TIME), times.time_of_day(TIME)

    return formatted


@pytest.fixture(autouse=True)
def languages(portal):
    portal.portal_registry["plone.available_languages"] = ["de", "en"]
    portal.portal_registry["plone.use_request_negotiation"] = True


def test_each_language_has_its_own_form(formatted):
    german = ("23.11.2026 20:30", "23.11.2026", "20:30")
    english = ("Nov 23, 2026 08:30 PM", "Nov 23, 2026", "08:30 PM")
    assert [formatted(code) for code in ("en", "de", "en", "de")] == [
        english,
        german,
        english,
        german,
    ]


def test_each_person_has_their_own_time_zone(portal, jane, mary, formatted):
    portal.portal_registry["plone.portal_timezone"] = "Asia/Tokyo"
    portal.acl_users.getUserById("mary").setProperties(timezone="Europe/Berlin")
    login(portal, "mary")
    assert formatted()[2] == "09:30 PM"
    login(portal, "jane")
    assert formatted()[1:] == ("Nov 24, 2026", "05:30 AM")
    login(portal, "mary")
    assert formatted()[1:] == ("Nov 23, 2026", "09:30 PM")
    logout()
    assert formatted()[2] == "05:30 AM"


def test_a_format_that_the_site_sets_is_used_at_once(portal, formatted):
    assert formatted()[1] == "Nov 23, 2026"
    portal.portal_registry[f"{OVERRIDE}.Enabled"] = True
    portal.portal_registry[f"{OVERRIDE}.date_format_short"] = "${Y}/${m}/${d}"
    assert formatted()[1] == "2026/11/23"
    portal.portal_registry[f"{OVERRIDE}.date_format_short"] = "%d.%m."
    assert formatted()[1] == "23.11."
    portal.portal_registry[f"{OVERRIDE}.Enabled"] = False
    assert formatted()[1] == "Nov 23, 2026"
