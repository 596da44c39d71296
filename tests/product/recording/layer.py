"""The test layer of recording: a site with some content."""

from collective.appendonly.testing import ACTIVITY_FIXTURE
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.product.layers import ContentLayer


class NewsLayer(ContentLayer):
    defaultBases = (ACTIVITY_FIXTURE,)

    def fill(self, portal):
        applyProfile(portal, "plone.app.discussion:default")
        applyProfile(portal, "plone.app.iterate:default")
        setRoles(portal, TEST_USER_ID, ["Manager"])
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


NEWS_FIXTURE = NewsLayer()
NEWS_FUNCTIONAL_TESTING = FunctionalTesting(
    bases=(NEWS_FIXTURE,), name="NewsLayer:Functional"
)
