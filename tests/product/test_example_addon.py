"""The example add-on in docs/examples does what docs/integrate.rst says of it."""

from collective.appendonly.interfaces import IActivityAction
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import record
from collective.appendonly.structures.check import check
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from importlib import import_module
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.product.layers import ExampleLayer
from tests.product.layers import site_of_its_own
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter
from zope.component import getUtilitiesFor
from zope.component import getUtility
from zope.component import queryUtility

import pytest
import re
import transaction


pytestmark = [pytest.mark.large, pytest.mark.whole_pages]

set_up, functional = site_of_its_own(ExampleLayer("gardenlog"))


@pytest.fixture
def bed(portal, recorded):
    bed = api.content.create(portal, "Document", "bed", title="Rose bed")
    recorded()
    return bed


@pytest.fixture
def browser(browse):
    browser = browse("", TEST_USER_NAME, TEST_USER_PASSWORD)
    browser.handleErrors = False
    return browser


def water(browser, bed, litres):
    browser.open(f"{bed.absolute_url()}/delete_confirmation")
    token = re.search(r'name="_authenticator" value="(\w+)"', browser.contents).group(1)
    data = f"litres={litres}&_authenticator={token}"
    browser.post(f"{bed.absolute_url()}/@@water", data)
    return browser.contents


def entries(change_sets):
    return [entry for change_set in change_sets for entry in change_set.entries]


def test_the_package_declares_its_action_and_its_structures(portal):
    assert [name for name, _ in getUtilitiesFor(IActivityAction)] == ["watered"]
    assert queryUtility(IAppendStack, name="gardenlog.weather") is not None
    assert queryUtility(IAccumulator, name="gardenlog.orders") is not None


def test_watering_a_bed(browser, bed, recorded):
    assert water(browser, bed, 10) == "Watered with 10 litres."
    [entry] = entries(recorded())
    assert (entry.actions, entry.path) == (("watered",), "bed")
    assert entry.details == {"litres": 10}


def test_reading_of_a_watered_bed(browser, bed):
    water(browser, bed, 10)
    browser.open(f"{bed.absolute_url()}/@@activity")
    text = " ".join(re.sub(r"<[^>]+>", " ", browser.contents).split())
    assert f"{TEST_USER_NAME} watered" in text.replace("test_user_1_", TEST_USER_NAME)
    assert "Rose bed with 10 litres" in text


def test_the_action_can_be_left_out_in_the_settings(bed, recorded):
    vocabulary = api.portal.get_vocabulary("collective.appendonly.actions")
    assert vocabulary.getTerm("watered").title == "Watered"
    api.portal.set_registry_record(
        "collective.appendonly.actions_left_out", ("watered",)
    )
    record(bed, "watered", litres=1)
    assert recorded() == []


def test_a_surprise_is_not_recorded(portal, bed, recorded):
    api.content.create(portal, "Document", "cake", title="Cake", subject=("surprise",))
    api.content.create(portal, "Document", "tea", title="Tea")
    assert [entry.title for entry in entries(recorded())] == ["Tea"]


def test_a_new_page_has_its_season(portal, bed, recorded):
    subscribers = import_module("gardenlog.subscribers")
    page = api.content.create(portal, "Document", "tea", title="Tea")
    season = subscribers.SEASONS[page.created().month() % 12 // 3]
    api.content.transition(bed, "publish")
    transitioned, created = sorted(entries(recorded()), key=lambda entry: entry.path)
    assert created.details == {"season": season}
    assert transitioned.details == {}


def test_the_weather_goes_to_a_stack_of_its_own(portal, log):
    structures = import_module("gardenlog.structures")
    before = len(log)
    for degrees in range(40):
        structures.report_weather(degrees)
        transaction.commit()
    stack = getUtility(IAppendStack, name="gardenlog.weather")
    archive = getAdapter(portal, IArchive, name="gardenlog.weather")
    items = [item for _, _, item in [*stack, *archive]]
    assert items == list(reversed(range(40)))
    assert len(archive) > 0
    check(stack, archive)
    assert len(log) == before


def test_everything_is_bought_once(portal):
    structures = import_module("gardenlog.structures")
    structures.order("tulips")
    transaction.commit()
    structures.order("moss")
    transaction.commit()
    assert structures.go_shopping() == ["tulips", "moss"]
    transaction.commit()
    assert structures.go_shopping() == []


def test_uninstalling_the_example_removes_its_structures(portal):
    applyProfile(portal, "gardenlog:uninstall")
    assert queryUtility(IAppendStack, name="gardenlog.weather") is None
    assert queryUtility(IAccumulator, name="gardenlog.orders") is None
    assert "gardenlog.weather" not in IAnnotations(portal)
    assert queryUtility(IActivityLog) is not None
