"""Create a site with the add-on, two editors and their pages: ``make_site.py ZOPE_CONF``.

In the database that the configuration names, which may have clients already.
"""

from AccessControl.SecurityManagement import newSecurityManager
from demo.create import ANSWERS
from plone import api
from plone.base.utils import get_installer
from plone.distribution.api import site as site_api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from Zope2.Startup.run import configure_wsgi

import sys
import transaction
import Zope2


EDITORS = "anna", "ben"
PASSWORD = "two editors"


def main(conf: str) -> None:
    configure_wsgi(conf)
    app = makerequest(Zope2.app())
    setRequest(app.REQUEST)
    users = app.acl_users
    users.userFolderAddUser("admin", "admin", ["Manager"], [])
    transaction.commit()
    newSecurityManager(None, users.getUser("admin").__of__(users))
    site = site_api.create(app, "classic", ANSWERS)
    setSite(site)
    site.portal_setup.runAllImportStepsFromProfile("profile-plone.restapi:default")
    get_installer(site).install_product("collective.appendonly")
    for editor in EDITORS:
        api.user.create(
            email=f"{editor}@garden.example",
            username=editor,
            password=PASSWORD,
            roles=("Member", "Editor"),
        )
        api.content.create(site, "Document", editor)
    transaction.commit()
    app._p_jar.db().close()


if __name__ == "__main__":
    main(sys.argv[1])
