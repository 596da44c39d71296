"""Make an instance with a site whose log has a history, and one with an empty log.

``make_history.py FOLDER CHANGE_SETS``
"""

from collective.appendonly.interfaces import IActivityLog
from demo import instance
from demo.create import ANSWERS
from pathlib import Path
from plone.base.utils import get_installer
from plone.distribution.api import site as site_api
from tests.product.commands.history import change_sets
from zope.component import getUtility
from zope.component.hooks import setSite

import sys
import transaction


def main(folder: Path, count: int) -> None:
    app = instance.create(folder)
    for site_id in ("empty", "full"):
        site = site_api.create(app, "classic", ANSWERS | {"site_id": site_id})
        setSite(site)
        get_installer(site).install_product("collective.appendonly")
        transaction.commit()
    log = getUtility(IActivityLog)
    for change_set in change_sets(count):
        log.push(change_set)
    transaction.commit()
    app._p_jar.db().close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
