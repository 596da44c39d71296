"""The requests: the cases of schemathesis, each with a twist that is not in the description.

And strains: requests that are long, nested, or repeat something thousands of times.
"""

from hypothesis import strategies as st
from tests.fuzz.words import ADMIN
from tests.fuzz.words import MEMBER
from tests.fuzz.words import PASSWORD
from tests.fuzz.words import PROCESSOR_TIME
from typing import NamedTuple
from urllib.parse import quote
from urllib.parse import unquote

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
    actor by actions types from to text older newer latest b_size format b_start
    expand ajax_load month
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
    "others",
    "bed",
    MEMBER,
    "2026-11-23",
    "2026-11",
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


# What http.client refuses to send in a header.
_PRINTED = {**dict.fromkeys(range(32), "?"), 0xFFFD: "?"}


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


_VIEWS = """
    @@activity @@activity-calendar @@activity-news @@activity.atom @@activity.rss
    @@activity-personal.atom @@activity-export @@activity-unsubscribe @@activity-digest
    @@my-activity @@activity-of/mary @@activity-people @@activity-filter
    @@activity-filter-remove ++api++/@activity ++api++/@activity-news
    ++api++/@activity-filters ++api++/@activity-calendar ++api++/@activity-feeds
    ++api++/@activity-of/mary ++api++/@my-activity nowhere
""".split()
_PARAMETERS = (*_NAMES, "key", "frequency", "folder", "name", "query", "actions:list")
_HEADERS = ("Accept", "If-None-Match", "Referer", "User-Agent")
_BEGINNINGS = (
    "",
    "activitykey.",
    "activitykey.bWFyeQ.",
    "2026-11-23",
    'application/json; "',
    "application/activity+json;q=",
)
_PIECES = (
    *(
        "a",
        "9",
        ".",
        "%2e",
        "%2E-",
        ";",
        "=",
        ",",
        "%25",
        "%22",
        "%5B",
        "(",
        "%22 OR ",
        "*",
    ),
    *(
        "%0A",
        "%00",
        "%ED%A0%80",
        "W/%22a%22,",
        ';a="b\\"',
        "activitykey.",
        "/",
        "..%2F",
    ),
)
#: The length of a strain, in bytes, and how often it repeats a parameter.
LENGTH = 60_000
REPETITIONS = 8000


class Strain(NamedTuple):
    """A request that is large in one way. ``where`` says where the *text* is."""

    where: str
    method: str
    view: str
    name: str
    header: str
    beginning: str
    piece: str
    end: str


def strains() -> st.SearchStrategy[Strain]:
    """Return requests that are as large as a server accepts."""
    return st.builds(
        Strain,
        where=st.sampled_from(("value", "repeated", "names", "header", "path")),
        method=st.sampled_from(("GET", "POST")),
        view=st.sampled_from(_VIEWS),
        name=st.sampled_from(_PARAMETERS),
        header=st.sampled_from(_HEADERS),
        beginning=st.sampled_from(_BEGINNINGS),
        piece=st.sampled_from(_PIECES),
        end=st.sampled_from(("", "!", "&", "%21")),
    )


class Worst(NamedTuple):
    """The request that took the most processor time."""

    seconds: float = 0.0
    request: str = ""


class Asker:
    """Sends cases to a server, and remembers the cursors in the answers, and the worst request."""

    def __init__(self, url: str, seed: int):
        self._url = url
        self._session = requests.Session()
        self._random = random.Random(seed)
        self._cursors = ["A" * 43]
        self.worst = Worst()

    def ask(self, case, twist: Twist, login) -> requests.Response:
        """Return the answer to a twisted case."""
        if "path" in (case.path_parameters or {}):
            case.path_parameters["path"] = twist.path
        arguments = case.as_transport_kwargs(base_url=self._url)
        arguments.pop("cookies", None)
        # Of a made-up login that is not UTF-8, Zope's own UnicodeDecodeError would be reported.
        arguments["headers"].pop("Authorization", None)
        if "@@" in case.path:
            arguments["headers"]["Accept"] = "text/html"
        elif case.method.upper() in ("GET", "POST"):
            arguments["headers"]["Accept"] = twist.accept
        else:
            # With others, Zope takes the request for one of WebDAV before Plone sees it, and
            # answers with an AttributeError, also for Plone's own services.
            arguments["headers"]["Accept"] = "application/json"
        request = requests.Request(auth=login, **arguments).prepare()
        request.url = self._twisted(request.url, twist)
        return self.send(request)

    def strain(self, strain: Strain, login) -> requests.Response:
        """Return the answer to a large request."""
        piece, pairs, headers = strain.piece, [], {}
        text = strain.beginning + piece * (LENGTH // len(piece)) + strain.end
        url = f"{self._url}/{strain.view}"
        if strain.where == "value":
            pairs = [f"{strain.name}={text}"]
        elif strain.where == "repeated":
            pairs = [f"{strain.name}={piece}"] * REPETITIONS
        elif strain.where == "names":
            pairs = [f"{strain.name}{number}={piece}" for number in range(2000)]
        elif strain.where == "header":
            headers[strain.header] = unquote(text, errors="replace").translate(_PRINTED)
        else:
            # A path that is not UTF-8 is an error of Zope at every URL.
            url += f"/{piece}".replace("%ED%A0%80", "x") * 200
        body = "&".join(pairs)
        request = requests.Request(strain.method, url, headers, auth=login).prepare()
        if strain.method == "POST":
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.prepare_body(body, None)
        elif body:
            request.url = f"{request.url}?{body}".replace(" ", "+")
        return self.send(request)

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Return the answer to a request."""
        answer = self._session.send(request, allow_redirects=False, timeout=60)
        seconds = float(answer.headers[PROCESSOR_TIME])
        if seconds > self.worst.seconds:
            asked = f"{request.method} {request.url} {dict(request.headers)}"
            self.worst = Worst(seconds, f"{asked:.500}")
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
