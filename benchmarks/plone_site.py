"""A Zope with its own FileStorage in a temporary folder, and Plone sites in it."""

from contextlib import contextmanager
from demo import instance
from pathlib import Path
from plone.distribution.api import site as site_api
from tempfile import TemporaryDirectory
from zope.component.hooks import setSite

import logging
import transaction


class Plone:
    """A running Zope: ``app``, and the size of its database file."""

    def __init__(self, home: Path):
        # Starting Plone warns of much that is of no interest here.
        logging.disable(logging.WARNING)
        self._data = home / "Data.fs"
        self.app = instance.create(home)

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
