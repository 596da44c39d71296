"""A Zope with its own FileStorage in a temporary folder, and Plone sites in it."""

from AccessControl.SecurityManagement import newSecurityManager
from contextlib import contextmanager
from pathlib import Path
from plone.distribution.api import site as site_api
from tempfile import TemporaryDirectory
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from Zope2.Startup.run import configure_wsgi

import logging
import transaction
import Zope2


_ZOPE_CONF = """\
%define INSTANCE {home}
instancehome $INSTANCE
debug-mode off
<zodb_db main>
  mount-point /
  cache-size 30000
  <blobstorage>
    blob-dir $INSTANCE/blobs
    <filestorage>
      path $INSTANCE/Data.fs
    </filestorage>
  </blobstorage>
</zodb_db>
"""
_SITE_ZCML = """\
<configure xmlns="http://namespaces.zope.org/zope"
           xmlns:five="http://namespaces.zope.org/five">
  <include package="Products.Five" />
  <five:loadProducts file="meta.zcml" />
  <five:loadProducts />
  <five:loadProductsOverrides />
  <securityPolicy component="AccessControl.security.SecurityPolicy" />
</configure>
"""


class Plone:
    """A running Zope: ``app``, and the size of its database file."""

    def __init__(self, home: Path):
        # Starting Plone warns of much that is of no interest here.
        logging.disable(logging.WARNING)
        self._data = home / "Data.fs"
        (home / "blobs").mkdir()
        (home / "site.zcml").write_text(_SITE_ZCML)
        (home / "zope.conf").write_text(_ZOPE_CONF.format(home=home))
        configure_wsgi(str(home / "zope.conf"))
        self.app = makerequest(Zope2.app())
        setRequest(self.app.REQUEST)
        root = self.app.acl_users
        root.userFolderAddUser("admin", "admin", ["Manager"], [])
        transaction.commit()
        newSecurityManager(None, root.getUser("admin").__of__(root))

    def create_site(self, site_id: str, *profiles: str):
        """Return a new Classic UI site with *profiles* installed."""
        answers = {
            "site_id": site_id,
            "title": site_id,
            "description": "",
            "default_language": "en",
            "portal_timezone": "UTC",
            "setup_content": False,
        }
        site = site_api.create(self.app, "classic", answers)
        setSite(site)
        for profile in profiles:
            site.portal_setup.runAllImportStepsFromProfile(f"profile-{profile}")
        transaction.commit()
        return site

    def size(self) -> int:
        """Return the bytes of the database file."""
        return self._data.stat().st_size


@contextmanager
def plone():
    """Start Zope on a database of its own. Once in a process."""
    with TemporaryDirectory(prefix="appendonly-benchmark-") as home:
        yield Plone(Path(home))
