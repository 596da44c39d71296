"""A site with pages that are in order, and with others that are not."""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.portlets.activity import Assignment
from plone import api
from plone.dexterity.fti import DexterityFTI
from plone.registry import field
from plone.registry.interfaces import IRegistry
from plone.registry.record import Record
from tests.product.chaos import odd
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.matrix import outputs
from tests.product.matrix.outputs import Reader
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_person
from tests.product.people import PASSWORD
from zope.component import getUtility
from zope.lifecycleevent import modified

import pytest
import re
import transaction


#: The readers with their roles; a guest is not even a member.
PEOPLE = {
    "anonymous": None,
    "member": ["Member"],
    "editor": ["Member", "Editor"],
    "manager": ["Manager"],
    "guest": [],
}
#: The lines about what is in order, one for each time, that everyone and only insiders can view.
PUBLIC = ["zqcalm1", "zqcalm1", "zqcalm2", "zqcalm3", "zqcalm3"]
INTERNAL = [f"zqcalm{number}" for number in (1, 2, 3, 4, 5, 5)]


def fill(portal):
    for name, value in {
        "audience": "everybody",
        "viewlet_lines": 50,
        "viewlet_places": ("site",),
        "people_pages": True,
    }.items():
        api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
    api.portal.set_registry_record("plone.allow_anon_views_about", True)
    portal.restrictedTraverse("++contextportlets++plone.rightcolumn")["activity"] = (
        Assignment(scope="site", count=50)
    )
    for name, roles in PEOPLE.items():
        if roles is not None:
            api.user.create(
                username=name, email="a@example.org", password=PASSWORD, roles=roles
            )
    add_jane()
    for number in range(6):
        add_person(f"odd{number}", f"Odd {number}")
    odd.add_directory(portal)
    _add_types(portal)
    transaction.commit()
    with acting("jane"):
        calm = _create(portal, "Folder", "calm")
        _create(portal, "Folder", "odd")
    for number in range(1, 6):
        with acting("jane"):
            _create(calm, "Document", f"zqcalm{number}", is_public=number < 4)
    for number in range(4):
        with acting("jane"):
            _create(portal["odd"], "Document", f"zqodd{number}")
    for name in ("zqcalm1", "zqcalm5"):
        with acting("jane"):
            calm[name].description = "New."
            modified(calm[name])
    with acting("manager"):
        api.content.delete(calm["zqcalm3"], check_linkintegrity=False)


def _create(container, portal_type, name, is_public=True):
    obj = api.content.create(container, portal_type, name, title=name)
    transaction.commit()
    if is_public:
        api.content.transition(obj, "publish")
    return obj


def _add_types(portal):
    """Types that cannot be added, with a workflow, and icons."""
    workflows = portal.portal_workflow
    workflows.manage_clone(workflows.simple_publication_workflow, "odd_workflow")
    for name, schema in {
        "Gone": {"model_file": "gone.addon:models/gone.xml"},
        "Odd": {"schema": "gone.addon.interfaces.IOdd"},
    }.items():
        fti = DexterityFTI(name, global_allow=False, **schema)
        portal.portal_types._setObject(name, fti)
    workflows.setChainForPortalTypes(["Gone", "Odd"], "odd_workflow")
    records = getUtility(IRegistry).records
    for name in odd.ICONS:
        if f"plone.icon.{name}" not in records:
            records[f"plone.icon.{name}"] = Record(field.TextLine())


functional = database_of(site_with(fill))


@pytest.fixture(autouse=True)
def one_line_for_each(one_by_one):
    """So that a line is about one page, whose name is in its sentence."""


@pytest.fixture
def reader(portal, functional):
    """Return a user with a browser."""

    def reader(person):
        login = None if person == "anonymous" else f"{person}:{PASSWORD}"
        return Reader(person, portal.absolute_url(), login, functional["app"])

    return reader


@pytest.fixture
def listed(reader, monkeypatch):
    """Return what matches in the lines of an output for a person, sorted, once for each line."""

    def listed(output, person, pattern=r"zqcalm\w+"):
        def matching(line):
            return re.findall(pattern, str(line))[:1]

        monkeypatch.setattr(outputs, "parsed", matching)
        lines = map(matching, outputs.OUTPUTS[output](reader(person)))
        return sorted(found for line in lines for found in line)

    return listed


@pytest.fixture
def calm_lines():
    def calm_lines(person):
        is_insider = person in ("editor", "manager")
        return sorted(PUBLIC + INTERNAL if is_insider else PUBLIC)

    return calm_lines
