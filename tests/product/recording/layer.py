"""The test layer of recording: a site with some content."""

from plone import api
from plone.app.testing import applyProfile
from tests.product.layers import site_with


def fill(portal):
    applyProfile(portal, "plone.app.discussion:default")
    applyProfile(portal, "plone.app.iterate:default")
    for container, portal_type, name in (
        (portal, "Folder", "news"),
        (portal, "Folder", "archive"),
    ):
        api.content.create(
            container, portal_type, name, title=name.title(), language="en"
        )
    api.content.create(
        portal["news"], "Document", "party", title="Party", language="en"
    )


NEWS = site_with(fill)
