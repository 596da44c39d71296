"""Create the demo site in a new instance: ``python -m demo.create FOLDER DISTRIBUTION``.

The distributions of Plone are ``classic`` and ``volto``. The environment variable ``ENTRIES`` is the
number of further entries to search in.
"""

from collective.appendonly.operations.maintenance import maintain
from demo import instance
from demo.blocks import set_front_page
from demo.garden import create_activity
from demo.many_entries import create_entries
from demo.people import PASSWORD
from demo.people import PEOPLE
from pathlib import Path
from plone import api
from plone.base.utils import get_installer
from plone.distribution.api import site as site_api
from zope.component.hooks import setSite

import os
import sys
import transaction


ANSWERS = {
    "site_id": "Plone",
    "title": "Millbrook Community Garden",
    "description": "Forty plots, two ponds and one very old pear tree, kept by the people of Millbrook.",
    "default_language": "en",
    "portal_timezone": "UTC",
    "setup_content": False,
}


def main(folder: Path, distribution: str) -> None:
    app = instance.create(folder)
    site = site_api.create(app, distribution, ANSWERS)
    setSite(site)
    site.portal_workflow.setDefaultChain("simple_publication_workflow")
    api.portal.set_registry_record("plone.email_from_name", ANSWERS["title"])
    api.portal.set_registry_record("plone.email_from_address", "office@garden.example")
    if not get_installer(site).is_product_installed("plone.restapi"):
        # In a Classic site, it lets others than managers use the REST API.
        get_installer(site).install_product("plone.restapi")
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
    set_front_page(site)
    transaction.commit()

    create_entries(site, int(os.environ.get("ENTRIES") or 0))
    create_activity(site)
    # As cron would every night.
    maintain(site)
    app._p_jar.db().close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
