"""The test layer of translations: a site in English and German."""

from collective.appendonly.testing import ACTIVITY_FIXTURE
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import login
from plone.app.testing import PloneSandboxLayer
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from tests.product.layers import SiteTesting
from zope.configuration import xmlconfig

import plone.app.multilingual


class MultilingualLayer(PloneSandboxLayer):
    defaultBases = (ACTIVITY_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        self.loadZCML(package=plone.app.multilingual)
        xmlconfig.includeOverrides(
            configurationContext, "overrides.zcml", plone.app.multilingual
        )

    def setUpPloneSite(self, portal):
        login(portal, TEST_USER_NAME)
        setRoles(portal, TEST_USER_ID, ["Manager"])
        api.portal.get_tool("portal_languages").addSupportedLanguage("de")
        applyProfile(portal, "plone.app.multilingual:default")


MULTILINGUAL_FIXTURE = MultilingualLayer()
MULTILINGUAL_FUNCTIONAL_TESTING = SiteTesting(
    bases=(MULTILINGUAL_FIXTURE,), name="MultilingualLayer:Functional"
)
