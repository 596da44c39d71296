"""Create an instance with three digests that are due: ``make_site.py FOLDER PORT``.

Its SMTP server is at PORT of this machine.
"""

from collective.appendonly.digests.new_activity import latest_cursor
from collective.appendonly.digests.subscriptions import subscribe
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from demo import instance
from demo.create import ANSWERS
from pathlib import Path
from plone import api
from plone.base.utils import get_installer
from plone.distribution.api import site as site_api
from tests.product.people import PASSWORD
from zope.component.hooks import setSite

import sys
import transaction


#: The subscribers, and the sentences in their digests.
EXPECTED = {
    "greta": ["admin created Spade", "admin created and published Roses"],
    "manfred": [
        "admin created 2 items",
        "admin created and published Roses",
    ],
    "mary": ["admin created and published Roses"],
}


def main(folder: Path, port: int) -> None:
    app = instance.create(folder)
    site = site_api.create(app, "classic", ANSWERS)
    setSite(site)
    get_installer(site).install_product("collective.appendonly")
    for name, value in {
        "email_from_address": "webmaster@example.org",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
    }.items():
        api.portal.set_registry_record(f"plone.{name}", value)
    transaction.commit()
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    for user_id in EXPECTED:
        api.user.create(
            username=user_id,
            email=f"{user_id}@example.org",
            password=PASSWORD,
            roles=("Member", "Manager") if user_id == "manfred" else ("Member",),
        )
        transaction.commit()
        with api.env.adopt_user(username=user_id):
            cursor = latest_cursor(site)
        url = "https://www.example.org"
        subscribe((user_id, ""), "daily", "en", url, cursor, yesterday)
        transaction.commit()
    with api.env.adopt_user(username="admin"):
        api.content.transition(
            api.content.create(site, "Document", "roses", title="Roses"), "publish"
        )
        transaction.commit()
        spade = api.content.create(site, "Document", "spade", title="Spade")
        spade.manage_setLocalRoles("greta", ["Reader"])
        spade.reindexObjectSecurity()
        transaction.commit()
        api.content.create(site, "Document", "budget", title="Budget")
        transaction.commit()
    app._p_jar.db().close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
