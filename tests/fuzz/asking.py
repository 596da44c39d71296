"""The requests: the cases of schemathesis, each with a twist that is not in the description."""

from hypothesis import strategies as st
from tests.fuzz.words import ADMIN
from tests.fuzz.words import MEMBER
from tests.fuzz.words import PASSWORD
from typing import NamedTuple
from urllib.parse import quote

import http.client
import random
import re
import requests


# Plone's redirect to the login form repeats the URL, of any length, and escapes it once more.
http.client._MAXLINE = 1_000_000

#: The users, with their passwords.
PEOPLE = {"a member": (MEMBER, PASSWORD), "nobody": None}
MANAGER = (ADMIN, ADMIN)

#: What may be put in the place of a cursor: one of those that the site has given out.
CURSOR = "CURSOR"
_CURSORS = re.compile(r"(?:older|newer|latest)=([A-Za-z0-9_-]{43})")

_PATHS = """
    garden garden/bed-3 garden/bed-12 garden/once-secret party vault
    vault/nothing nowhere
""".split()
_NAMES = """
    actor actions types from to text older newer latest b_size format b_start
    expand ajax_load
""".split()
# The converters of Zope that accept any value. The others raise an error before any view is
# called, at each URL of each Plone.
_CONVERTERS = """
    :list :tuple :lines :tokens :text :string :bytes :boolean :ignore_empty
    .x:record .x:records .x:list:record
""".split()
_VALUES = (
    CURSOR,
    CURSOR,
    CURSOR,
    "",
    "edited",
    "Document",
    "bed",
    MEMBER,
    "2026-11-23",
    "1900-01-01T00:00:00-23:59",
    "9999-12-31",
    "1",
    "100",
    "csv",
    "%00",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%8C%B1",
    "9" * 5000,
    "..%2F..",
    "%3Cscript%3E",
    "%0D%0AX-Header:%20yes",
)
_ACCEPTED = (
    "application/json",
    "application/activity+json",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    "application/activity+json;q=0.1, application/json;q=0.2",
    "*/*",
    'a"b,;/=,',
)


class Twist(NamedTuple):
    """How a case is changed: some parameters less, cursors that are some, and one more."""

    left_out: frozenset[str]
    with_cursors: bool
    path: str | None
    name: str
    converter: str
    value: str
    accept: str


def twists() -> st.SearchStrategy[Twist]:
    """Return the changes that are made; many are none."""
    return st.builds(
        Twist,
        # With all of them, next to nothing is found.
        left_out=st.frozensets(st.sampled_from(_NAMES))
        | st.just(frozenset(_NAMES) - {"latest"}),
        with_cursors=st.booleans(),
        path=st.sampled_from(_PATHS),
        name=st.sampled_from(("", *_NAMES)),
        converter=st.sampled_from(("", *_CONVERTERS)),
        value=st.sampled_from(_VALUES) | st.binary(max_size=300).map(quote),
        accept=st.sampled_from(_ACCEPTED),
    )


class Asker:
    """Sends cases to a server, and remembers the cursors in the answers."""

    def __init__(self, url: str, seed: int):
        self._url = url
        self._session = requests.Session()
        self._random = random.Random(seed)
        self._cursors = ["A" * 43]

    def ask(self, case, twist: Twist, login) -> requests.Response:
        """Return the answer to a twisted case."""
        if "path" in (case.path_parameters or {}):
            case.path_parameters["path"] = twist.path
        arguments = case.as_transport_kwargs(base_url=self._url)
        arguments.pop("cookies", None)
        if "@@" not in case.path:
            arguments["headers"]["Accept"] = twist.accept
        else:
            arguments["headers"]["Accept"] = "text/html"
        request = requests.Request(auth=login, **arguments).prepare()
        request.url = self._twisted(request.url, twist)
        return self.send(request)

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Return the answer to a request."""
        answer = self._session.send(request, allow_redirects=False, timeout=60)
        self._cursors += _CURSORS.findall(answer.text)
        del self._cursors[:-50]
        return answer

    def _twisted(self, url, twist):
        path, _, query = url.partition("?")
        left_out = twist.left_out
        if twist.converter:
            # A text and a record of one name are another thing at which Zope itself breaks.
            left_out |= {twist.name}
        pairs = []
        for pair in filter(None, query.split("&")):
            name, _, _ = pair.partition("=")
            if twist.with_cursors and name in ("older", "newer", "latest"):
                pair = f"{name}={CURSOR}"
            if name not in left_out:
                pairs.append(pair)
        if twist.name:
            pairs.append(f"{twist.name}{twist.converter}={twist.value}")
        cursor = self._random.choice(self._cursors)
        pairs = [pair.replace(CURSOR, cursor) for pair in pairs]
        return f"{path}?{'&'.join(pairs)}"
