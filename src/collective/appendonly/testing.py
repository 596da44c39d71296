"""Test layers: a Plone site in which the add-on is installed."""

from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import IntegrationTesting
from plone.app.testing import PLONE_FIXTURE
from plone.app.testing import PloneSandboxLayer
from plone.testing.zope import WSGI_SERVER_FIXTURE

import collective.appendonly
import plone.restapi


class ActivityLayer(PloneSandboxLayer):
    """A site with the simple publication workflow, the REST API and the add-on."""

    defaultBases = (PLONE_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        self.loadZCML(package=plone.restapi)
        self.loadZCML(package=collective.appendonly)

    def setUpPloneSite(self, portal):
        portal.portal_workflow.setDefaultChain("simple_publication_workflow")
        applyProfile(portal, "plone.restapi:default")
        applyProfile(portal, "collective.appendonly:default")


ACTIVITY_FIXTURE = ActivityLayer()

ACTIVITY_INTEGRATION_TESTING = IntegrationTesting(
    bases=(ACTIVITY_FIXTURE,), name="ActivityLayer:Integration"
)
ACTIVITY_FUNCTIONAL_TESTING = FunctionalTesting(
    bases=(ACTIVITY_FIXTURE,), name="ActivityLayer:Functional"
)
ACTIVITY_ACCEPTANCE_TESTING = FunctionalTesting(
    bases=(ACTIVITY_FIXTURE, WSGI_SERVER_FIXTURE), name="ActivityLayer:Acceptance"
)
