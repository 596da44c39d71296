"""Create the demo site in a new instance: ``python -m demo.create FOLDER``."""

from AccessControl.SecurityManagement import newSecurityManager
from demo import instance
from demo.garden import tell
from demo.people import PASSWORD
from demo.people import PEOPLE
from pathlib import Path
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


ANSWERS = {
    "site_id": "Plone",
    "title": "Millbrook Community Garden",
    "description": "Forty plots, two ponds and one very old pear tree, kept by the people of Millbrook.",
    "default_language": "en",
    "portal_timezone": "UTC",
    "setup_content": False,
}


def main(folder: Path) -> None:
    configure_wsgi(instance.write_configuration(folder))
    app = makerequest(Zope2.app())
    setRequest(app.REQUEST)
    root = app.acl_users
    root.userFolderAddUser("admin", "admin", ["Manager"], [])
    newSecurityManager(None, root.getUser("admin").__of__(root))
    transaction.commit()

    site = site_api.create(app, "classic", ANSWERS)
    setSite(site)
    site.portal_workflow.setDefaultChain("simple_publication_workflow")
    api.portal.set_registry_record("plone.email_from_name", ANSWERS["title"])
    api.portal.set_registry_record("plone.email_from_address", "office@garden.example")
    if not get_installer(site).install_product("collective.appendonly"):
        sys.exit("collective.appendonly could not be installed in the site.")
    for person in PEOPLE:
        api.user.create(
            email=f"{person.login}@garden.example",
            username=person.login,
            password=PASSWORD,
            roles=person.roles,
            properties={"fullname": person.name},
        )
    transaction.commit()

    tell(site)
    app._p_jar.db().close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
