"""Creates the sites: ``python -m benchmarks.load.sites FOLDER EDITORS READERS PAGES FULL_TEXT``.

Both have the same people, folders and pages. One has the add-on, whose log tells how all of it
was made.
"""

from benchmarks.load.places import editors
from benchmarks.load.places import PASSWORD
from benchmarks.load.places import readers
from benchmarks.load.places import SHARED_FOLDERS
from benchmarks.load.places import shared_page
from benchmarks.load.places import SITES
from benchmarks.plone_site import Plone
from benchmarks.race_sites import drop_full_text
from benchmarks.texts import text
from benchmarks.texts import title
from pathlib import Path
from plone import api
from plone.app.textfield.value import RichTextValue

import sys
import transaction


_ADD_ON = {"without": [], "with": ["collective.appendonly:default"]}
_EDITOR = "Member", "Contributor", "Editor", "Reviewer"


def main(folder: Path, editing: int, reading: int, pages: int, full_text: int) -> None:
    zope = Plone(folder)
    for side, name in SITES.items():
        profiles = ["plone.restapi:default", *_ADD_ON[side]]
        site = zope.create_site(name, *profiles)
        if not full_text:
            drop_full_text(api.portal.get_tool("portal_catalog"))
        _enroll(editors(editing), _EDITOR)
        _enroll(readers(reading), ("Member",))
        for place in (*editors(editing), *SHARED_FOLDERS, "common", "library"):
            _publish(api.content.create(site, "Folder", place, title=place.title()))
        shared = {shared_page(editor) for editor in range(editing)}
        others = (f"library/page-{number}" for number in range(pages))
        # The titles of negative numbers: those of the others are for the editors.
        for number, path in enumerate((*sorted(shared), *others), 1):
            place, page = path.split("/")
            body = RichTextValue(text(path), "text/html", "text/x-html-safe")
            _publish(
                api.content.create(
                    site[place], "Document", page, title=title(-number), text=body
                )
            )


def _enroll(names: list[str], roles: tuple[str, ...]) -> None:
    for name in names:
        email = f"{name}@garden.example"
        api.user.create(email=email, username=name, password=PASSWORD, roles=roles)


def _publish(obj) -> None:
    api.content.transition(obj, "publish")
    transaction.commit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
