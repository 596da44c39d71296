"""How a command gets at the site it works on."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from Products.CMFCore.interfaces import ISiteRoot
from Testing.makerequest import makerequest
from typing import NamedTuple
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from Zope2.Startup.run import configure_wsgi

import click
import Zope2


class SiteAddress(NamedTuple):
    """Where a site is: the path of a ``zope.conf``, and its own path in that Zope.

    Nothing is opened before :meth:`open`, so that the help of a command needs no Zope.
    """

    conf: str | None
    path: str | None

    def open(self):
        """Start Zope, and return the site. It is the current one from now on.

        Raises :class:`click.ClickException` where there is no such site.
        """
        for option, value in (("--conf", self.conf), ("--site", self.path)):
            if not value:
                raise click.UsageError(
                    f"Missing option '{option}'. It comes before the name of the command."
                )
        app = makerequest(start_zope(self.conf))
        setRequest(app.REQUEST)
        newSecurityManager(None, system)
        site = find_site(app, self.path)
        setSite(site)
        return site


def start_zope(conf: str):
    """Start Zope as *conf* has it, and return the root of its database.

    The database is closed when the command is over.
    """
    try:
        configure_wsgi(conf)
        app = Zope2.app()
    except Exception as error:
        # Whatever it is, it lies in the configuration, or in a database that is in use.
        raise click.ClickException(
            f"Zope can't be started with {conf}. {type(error).__name__}: {error}"
        ) from error
    click.get_current_context().call_on_close(app._p_jar.db().close)
    return app


def find_site(app, path: str):
    """Return the Plone site at *path*; raise ClickException if there is none."""
    site = app.unrestrictedTraverse(path.strip("/").split("/"), None)
    if not ISiteRoot.providedBy(site):
        names = [obj.getId() for obj in app.objectValues() if ISiteRoot.providedBy(obj)]
        there_are = ", ".join(f"/{name}" for name in sorted(names)) or "none"
        raise click.ClickException(
            f"There is no Plone site at {path}. In the root of this Zope: {there_are}."
        )
    return site
