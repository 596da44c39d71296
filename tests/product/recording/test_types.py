"""Content of every type that Plone has, and of one that a site has made for itself."""

from .clients.client import OWN_FIELDS
from .expected import entry
from .expected import only
from .expected import PUBLISHED
from plone import api
from tests.product.recording.specimen import add_type
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified

import pytest


PLANT = """\
<model xmlns="http://namespaces.plone.org/supermodel/schema"
       xmlns:security="http://namespaces.plone.org/supermodel/security">
  <schema>
    <field name="habitat" type="zope.schema.TextLine">
      <title>Habitat</title>
      <required>False</required>
    </field>
    <field name="price" type="zope.schema.Int" security:read-permission="cmf.ManagePortal">
      <title>Price</title>
      <required>False</required>
    </field>
  </schema>
</model>
"""
# Files and images have no workflow: they are as private as the folder they are in.
TYPES = [*OWN_FIELDS, "File", "Image"]


@pytest.fixture
def site(site, recorded):
    """The site, with a type of its own: a field, and another that only managers can view."""
    behaviors = ("plone.dublincore", "plone.namefromtitle", "plone.shortname")
    add_type(site, "Plant", model_source=PLANT, behaviors=behaviors)
    assert recorded() == []
    return site


@pytest.fixture
def plant(site, recorded):
    plant = api.content.create(site["news"], "Plant", title="Fern")
    recorded()
    return plant


def described(actions, portal_type, **others):
    return only(entry(actions, "news/fern", "fern", portal_type, **others))


@pytest.mark.parametrize("portal_type", TYPES)
def test_adding(client, site, portal_type, recorded):
    client.add("news", portal_type, "fern")
    assert recorded() == described("created", portal_type)


@pytest.mark.parametrize("portal_type", OWN_FIELDS)
def test_editing_a_field_of_the_type(client, site, portal_type, recorded):
    client.add("news", portal_type, "fern")
    recorded()
    client.edit_own_field("news/fern", portal_type)
    field = OWN_FIELDS[portal_type]
    assert recorded() == described("edited", portal_type, fields=(field.name,))


@pytest.mark.parametrize("portal_type", ["File", "Image"])
def test_replacing_the_file_or_the_image(client, site, portal_type, recorded):
    client.add("news", portal_type, "fern")
    recorded()
    if portal_type == "File":
        client.replace_file("news/fern", b"two")
    else:
        client.replace_image("news/fern")
    fields = (portal_type.lower(),)
    assert recorded() == described("edited", portal_type, fields=fields)


@pytest.mark.parametrize("portal_type", TYPES)
def test_removing(client, site, portal_type, recorded):
    client.add("news", portal_type, "fern")
    recorded()
    client.delete("news/fern")
    assert recorded() == described("removed", portal_type)


@pytest.mark.parametrize(
    "portal_type", [t for t in TYPES if t not in ("File", "Image")]
)
def test_publishing(client, site, portal_type, recorded):
    client.add("news", portal_type, "fern")
    recorded()
    client.transition("news/fern", "publish")
    assert recorded() == described("transitioned", portal_type, **PUBLISHED)


@pytest.mark.parametrize(
    "portal_type",
    [
        pytest.param(name, marks=() if name == "Event" else pytest.mark.large)
        for name in TYPES
    ],
)
def test_saving_the_form_unchanged(classic, site, portal_type, recorded):
    classic.add("news", portal_type, "fern")
    recorded()
    classic.save_unchanged("news/fern")
    assert recorded() == []


def fire_event(plant, *names):
    modified(plant, Attributes(None, *names))


def reindex(plant, *names):
    """As scripts do, without an event."""
    plant.reindexObject()


@pytest.mark.parametrize("tell", [fire_event, reindex])
@pytest.mark.parametrize(
    "values, fields",
    [
        ({"price": 12}, {}),
        ({"habitat": "Shade"}, {"fields": ("habitat",)}),
        ({"price": 12, "habitat": "Shade"}, {"fields": ("habitat",)}),
    ],
)
def test_protected_fields_are_not_named(plant, recorded, tell, values, fields):
    for name, value in values.items():
        setattr(plant, name, value)
    tell(plant, *values)
    assert recorded() == only(
        entry("edited", "news/fern", portal_type="Plant", **fields)
    )
