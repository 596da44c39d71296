"""Prepare the site of 1.0.0a1 for editors: ``old_site.py FOLDER EDITOR...``.

FOLDER has the database that 1.0.0a1 wrote, and this is run with the sources of that version. Each editor gets a
page, and a folder with more pages than the stack takes entries in one record.
"""

from AccessControl.SecurityManagement import newSecurityManager
from benchmarks.race_sites import drop_full_text
from demo.instance import write_configuration
from pathlib import Path
from plone import api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from Zope2.Startup.run import configure_wsgi

import sys
import transaction
import Zope2


PASSWORD = "correct horse battery"
#: The pages in the folder of an editor.
PAGES = 26


def main(folder: Path, editors: list[str]) -> None:
    configure_wsgi(write_configuration(folder))
    app = makerequest(Zope2.app())
    setRequest(app.REQUEST)
    users = app.acl_users
    newSecurityManager(None, users.getUser("admin").__of__(users))
    site = app["Plone"]
    setSite(site)
    # In the full-text indexes any two concurrent edits conflict. It is the log that is to be merged.
    drop_full_text(api.portal.get_tool("portal_catalog"))
    for editor in editors:
        email = f"{editor}@garden.example"
        roles = ("Member", "Editor", "Reviewer")
        api.user.create(email=email, username=editor, password=PASSWORD, roles=roles)
        api.content.create(site, "Document", f"page-{editor}")
        place = api.content.create(site, "Folder", f"folder-{editor}")
        for number in range(PAGES):
            api.content.create(place, "Document", f"page-{number}")
    transaction.commit()
    app._p_jar.db().close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
