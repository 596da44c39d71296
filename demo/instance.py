"""A Zope instance: one folder with its configuration, FileStorage, blobs and log."""

from pathlib import Path

import logging


_ZOPE_CONF = """\
%define INSTANCE {folder}
instancehome $INSTANCE
pid-filename $INSTANCE/zope.pid
<environment>
  CHAMELEON_CACHE $INSTANCE/cache
  zope_i18n_compile_mo_files 1
</environment>
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

# Products.CMFPlone includes Plone's packages, plone.autoinclude the add-ons.
_SITE_ZCML = """\
<configure
    xmlns="http://namespaces.zope.org/zope"
    xmlns:five="http://namespaces.zope.org/five">

  <include package="Products.Five" />
  <five:loadProducts file="meta.zcml" />
  <five:loadProducts />
  <five:loadProductsOverrides />
  <securityPolicy component="AccessControl.security.SecurityPolicy" />

</configure>
"""


def has_data(folder: Path) -> bool:
    return (folder / "Data.fs").exists()


def write_configuration(folder: Path) -> str:
    """Write the Zope configuration for the current path of *folder*; return that of zope.conf."""
    folder = folder.resolve()
    for name in ("blobs", "cache"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "site.zcml").write_text(_SITE_ZCML)
    configuration = folder / "zope.conf"
    configuration.write_text(_ZOPE_CONF.format(folder=folder))
    return str(configuration)


def create(folder: Path):
    """Start Zope with a new database in *folder*; return its root, logged in as manager."""
    from AccessControl.SecurityManagement import newSecurityManager
    from Testing.makerequest import makerequest
    from zope.globalrequest import setRequest
    from Zope2.Startup.run import configure_wsgi

    import transaction
    import Zope2

    configure_wsgi(write_configuration(folder))
    app = makerequest(Zope2.app())
    setRequest(app.REQUEST)
    users = app.acl_users
    users.userFolderAddUser("admin", "admin", ["Manager"], [])
    transaction.commit()
    newSecurityManager(None, users.getUser("admin").__of__(users))
    return app


def log_to(file: Path) -> None:
    """Log to *file*, and errors to the console, too."""
    console = logging.StreamHandler()
    console.setLevel(logging.ERROR)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s [%(name)s] %(message)s",
        handlers=[logging.FileHandler(file), console],
    )
