"""Opening the site and the log that a command works on."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.commands.ending import Failure
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations import describe
from collective.appendonly.operations import EXPECTED
from collective.appendonly.operations import installed_log
from Products.CMFCore.interfaces import ISiteRoot
from Testing.makerequest import makerequest
from typing import NamedTuple
from zope.component.hooks import setSite
from zope.globalrequest import setRequest
from Zope2.Startup.run import configure_wsgi

import click
import logging
import Zope2


class SiteLocation(NamedTuple):
    """The location of a site: the path of a ``zope.conf``, and the path of the site in Zope.

    :meth:`open` starts Zope, so that the help of a command does not need it.
    """

    conf: str | None
    path: str | None

    def open(self):
        """Start Zope, set the current site, and return it.

        Raises :class:`Failure` if there is no such site.
        """
        for option, value in (("--conf", self.conf), ("--site", self.path)):
            if not value:
                raise click.UsageError(
                    f"Missing option '{option}'. Put it before the name of the command."
                )
        app = makerequest(start_zope(self.conf))
        setRequest(app.REQUEST)
        newSecurityManager(None, system)
        site = find_site(app, self.path)
        setSite(site)
        return site


def start_zope(conf: str):
    """Start Zope with the configuration *conf*, and return its root.

    The database is closed at the end of the command.
    """
    _log_to_stderr()
    try:
        configure_wsgi(conf)
        app = Zope2.app()
    except Exception as error:
        # The configuration is wrong, or another process uses the database.
        raise Failure(
            f"Zope cannot be started with {conf}. {describe(error)}"
        ) from error
    click.get_current_context().call_on_close(app._p_jar.db().close)
    return app


class _Lines(logging.Formatter):
    """Formats log records. Expected errors have no traceback."""

    def formatException(self, exc_info):
        error = exc_info[1]
        if isinstance(error, EXPECTED):
            return describe(error)
        return super().formatException(exc_info)


def _log_to_stderr() -> None:
    # Before a package that Plone imports does so.
    if not logging.root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(_Lines("%(levelname)s: %(message)s"))
        logging.root.addHandler(handler)


def find_site(app, path: str):
    """Return the Plone site at *path*; raise Failure if there is none."""
    site = app.unrestrictedTraverse(path.strip("/").split("/"), None)
    if not ISiteRoot.providedBy(site):
        names = [obj.getId() for obj in app.objectValues() if ISiteRoot.providedBy(obj)]
        sites = ", ".join(f"/{name}" for name in sorted(names)) or "none"
        raise Failure(
            f"There is no Plone site at {path}. Sites in the root of this Zope: {sites}.",
            ExitCode.WRONG_USE,
        )
    return site


def find_log() -> IActivityLog:
    """Return the log of the current site.

    Raises :class:`~collective.appendonly.operations.NotInstalled`, and Failure if the stack or the
    archive is missing.
    """
    log = installed_log()
    try:
        _ = log.stack, log.archive
    except LookupError:
        raise Failure(
            "The stack or the archive of the activity log is missing. Restore it from a backup, or"
            " uninstall the add-on and install it again to start with an empty log."
        ) from None
    return log
