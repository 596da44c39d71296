"""An editor: creates, edits, publishes, moves and deletes pages, and enters it in the ledger.

Most of it is done to pages of their own, some of them in folders where others work too, and
some to a page that another one edits at the same time.
"""

from benchmarks.load.doors import Doors
from benchmarks.load.doors import Reply
from benchmarks.load.edits import Edit
from benchmarks.load.edits import Page
from benchmarks.load.people import Person
from benchmarks.load.places import SHARED_FOLDERS
from benchmarks.load.places import shared_page
from benchmarks.load.settings import Settings
from benchmarks.texts import text
from benchmarks.texts import title
from dataclasses import replace
from engines.ledger import DONE
from engines.ledger import REFUSED
from itertools import count
from posixpath import basename
from posixpath import dirname

import json


#: How often it is what, of a hundred edits.
MIX = {
    "create": 18,
    "edit": 34,
    "edit a shared page": 12,
    "publish": 12,
    "move": 10,
    "delete": 14,
}
# With fewer pages than that, an editor creates one.
_FEWEST = 3


class Editor(Person):
    """``ledger`` is filled by all editors of a site."""

    def __init__(
        self,
        name: str,
        number: int,
        site: str,
        doors: Doors,
        settings: Settings,
        ledger: list[Edit],
        content: dict[str, dict],
    ) -> None:
        super().__init__(name, number, site, doors, settings.seed)
        self._ledger = ledger
        self._pages: list[Page] = []
        self._places = (name, *SHARED_FOLDERS)
        # No two editors take the same title, and none takes one twice.
        self._titles = map(title, count(number, settings.editors))
        self._created = count()
        (self._shared,) = (
            Page(facts["path"], facts["title"], uid, public=True)
            for uid, facts in content.items()
            if facts["path"] == shared_page(number)
        )

    def _do(self) -> tuple[str, Reply]:
        (kind,) = self._random.choices(list(MIX), list(MIX.values()))
        if len(self._pages) < _FEWEST and kind != "edit a shared page":
            kind = "create"
        drafts = [page for page in self._pages if not page.public]
        if kind == "publish" and not drafts:
            kind = "edit"
        self._kind = kind
        if kind in ("create", "edit a shared page"):
            page = self._shared
        else:
            page = self._random.choice(drafts if kind == "publish" else self._pages)
        return kind, getattr(self, f"_{kind.split()[0]}")(page)

    def _create(self, _) -> Reply:
        path = f"{self._place()}/{self.name}-{next(self._created)}"
        page = Page(path, next(self._titles))
        data = {"@type": "Document", "id": basename(path), **_fields(page)}
        reply = self._ask("POST", dirname(path), data=data)
        if reply.outcome == DONE:
            page = replace(page, uid=json.loads(reply.body)["UID"])
            self._pages.append(page)
        self._enter("created", page, page, reply)
        return reply

    def _edit(self, page: Page) -> Reply:
        after = replace(page, title=next(self._titles))
        reply = self._ask("PATCH", page.path, data=_fields(after))
        return self._enter("edited", page, after, reply)

    def _publish(self, page: Page) -> Reply:
        reply = self._ask("POST", f"{page.path}/@workflow/publish", data={})
        return self._enter("transitioned", page, replace(page, public=True), reply)

    def _move(self, page: Page) -> Reply:
        place = self._place(but=dirname(page.path))
        after = replace(page, path=f"{place}/{basename(page.path)}")
        reply = self._ask("POST", f"{place}/@move", data={"source": f"/{page.path}"})
        if reply.outcome == DONE and not json.loads(reply.body):
            # The page was not found. That is answered with success, and nothing is moved.
            reply = reply._replace(outcome=REFUSED)
        return self._enter("moved", page, after, reply)

    def _delete(self, page: Page) -> Reply:
        return self._enter("removed", page, page, self._ask("DELETE", page.path))

    def _enter(self, action: str, before: Page, after: Page, reply: Reply) -> Reply:
        self._ledger.append(Edit.of(self.name, action, before, after, reply))
        if before in self._pages and reply.outcome != REFUSED and action != "created":
            # What is in doubt is left alone from now on: what is there in the end tells.
            self._pages.remove(before)
            if reply.outcome == DONE and action != "removed":
                self._pages.append(after)
        return reply

    def _place(self, but: str | None = None) -> str:
        """Return a folder: more often than not the editor's own."""
        places = [place for place in self._places if place != but]
        weights = [4 if place == self.name else 1 for place in places]
        return self._random.choices(places, weights)[0]


def _fields(page: Page) -> dict:
    return {"title": page.title, "text": text(page.title)}
