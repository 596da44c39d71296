"""Make an instance with a site that has a history, and an empty log: ``make_site.py FOLDER``."""

from collective.appendonly.recording import recording_suspended
from demo import instance
from demo.create import ANSWERS
from pathlib import Path
from plone import api
from plone.base.utils import get_installer
from plone.distribution.api import site as site_api
from zope.component.hooks import setSite

import sys
import transaction


PAGES = 20


def main(folder: Path) -> None:
    app = instance.create(folder)
    site = site_api.create(app, "classic", ANSWERS)
    setSite(site)
    get_installer(site).install_product("collective.appendonly")
    with recording_suspended():
        for number in range(PAGES):
            api.content.create(site, "Document", f"page-{number}")
        transaction.commit()
    app._p_jar.db().close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
