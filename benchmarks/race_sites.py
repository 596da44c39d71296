"""Creates the sites of a race: ``python -m benchmarks.race_sites FOLDER PAGES JSON``.

The JSON says of each site whether its catalog indexes full text. Each site has the editors, a
page for each of them, and other pages; the add-on is not installed.
"""

from benchmarks.plone_site import Plone
from benchmarks.race import EDITORS
from benchmarks.race import PASSWORD
from benchmarks.texts import text
from benchmarks.texts import title
from pathlib import Path
from plone import api
from plone.app.textfield.value import RichTextValue

import json
import sys
import transaction


def main(folder: Path, pages: int, sites: dict[str, bool]) -> None:
    zope = Plone(folder)
    for name, full_text in sites.items():
        site = zope.create_site(name, "plone.restapi:default")
        if not full_text:
            drop_full_text(api.portal.get_tool("portal_catalog"))
        for editor in EDITORS:
            api.user.create(
                email=f"{editor}@garden.example",
                username=editor,
                password=PASSWORD,
                roles=("Member", "Editor"),
            )
        others = (f"page-{number}" for number in range(pages))
        # The titles of negative numbers: those of the others are for the rounds.
        for number, page in enumerate((*EDITORS, *others), 1):
            body = RichTextValue(text(page), "text/html", "text/x-html-safe")
            api.content.create(site, "Document", page, title=title(-number), text=body)
        transaction.commit()


def drop_full_text(catalog) -> None:
    """Take the full-text indexes away, as a site does that leaves them to a search server."""
    for index in list(catalog.getIndexObjects()):
        if index.meta_type == "ZCTextIndex":
            catalog.delIndex(index.getId())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
