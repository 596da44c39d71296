"""A reader: looks at the front page and at folders, and at what is new."""

from benchmarks.load.doors import Doors
from benchmarks.load.doors import Reply
from benchmarks.load.people import Person
from benchmarks.load.places import SHARED_FOLDERS
from benchmarks.load.settings import Settings
from engines.ledger import DONE
from engines.ledger import REFUSED


#: How often they read what, of a hundred times.
MIX = {
    "front page": 40,
    "folder": 30,
    "what is new, page": 20,
    "what is new, REST": 10,
}
_HTML = "text/html"
_VIEWLET = 'id="section-activity"'

# Who has no log asks the search for what was modified last.
_NEW = {
    "with": ("@@activity", "@activity"),
    "without": (
        "@@search?sort_on=Date&sort_order=reverse",
        "@search?sort_on=modified&sort_order=descending&b_size=20",
    ),
}


class Reader(Person):
    """``side`` tells whether the site has the add-on."""

    def __init__(
        self,
        name: str,
        number: int,
        site: str,
        doors: Doors,
        settings: Settings,
        side: str,
    ) -> None:
        super().__init__(name, number, site, doors, settings.seed)
        self._side = side

    def _do(self) -> tuple[str, Reply]:
        (kind,) = self._random.choices(list(MIX), list(MIX.values()))
        self._kind = kind
        page, service = _NEW[self._side]
        if kind == "what is new, REST":
            return kind, self._ask("GET", service)
        path = {
            "front page": "",
            "folder": self._random.choice(SHARED_FOLDERS),
            "what is new, page": page,
        }[kind]
        reply = self._ask("GET", path, accept=_HTML)
        has_viewlet = _VIEWLET in reply.body
        wanted = kind == "front page" and reply.outcome == DONE
        if wanted and has_viewlet != (self._side == "with"):
            # That is not the page that is to be measured.
            reply = reply._replace(outcome=REFUSED)
        return kind, reply
