"""A site as Volto expects it."""

from collective.appendonly.testing import ACTIVITY_FIXTURE
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import PloneSandboxLayer
from plone.testing.zope import WSGI_SERVER_FIXTURE
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from tests.product.layers import without_site_actions

import plone.volto
import transaction


class VoltoLayer(PloneSandboxLayer):
    """A site as in Plone's distribution for Volto: pages have blocks, and are folders."""

    defaultBases = (ACTIVITY_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        self.loadZCML(package=plone.volto)
        if "virtual_hosting" not in app:
            manage_addVirtualHostMonster(app, "virtual_hosting")

    def setUpPloneSite(self, portal):
        with without_site_actions():
            applyProfile(portal, "plone.volto:default")
            transaction.commit()


VOLTO_FIXTURE = VoltoLayer()
VOLTO_ACCEPTANCE_TESTING = FunctionalTesting(
    bases=(VOLTO_FIXTURE, WSGI_SERVER_FIXTURE), name="VoltoLayer:Acceptance"
)
