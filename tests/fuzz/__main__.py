"""Fuzz the services of a site: ``python -m tests.fuzz PYTHON REQUESTS SEED``.

PYTHON is that of an environment with Plone. Schemathesis makes valid and invalid requests from
docs/openapi.json. No response may be a server error, differ from the description, or contain what
the user cannot view; and the error log must be empty afterwards. A tenth of the requests are as
large as a server accepts. No request may take much processor time, and robots.txt is answered
meanwhile.
"""

from benchmarks import report
from collections import Counter
from contextlib import contextmanager
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import seed
from hypothesis import settings
from openapi_spec_validator import validate
from pathlib import Path
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance
from schemathesis.specs.openapi.checks import response_headers_conformance
from schemathesis.specs.openapi.checks import response_schema_conformance
from schemathesis.specs.openapi.checks import status_code_conformance
from tempfile import TemporaryDirectory
from tests.fuzz.asking import Asker
from tests.fuzz.asking import MANAGER
from tests.fuzz.asking import PEOPLE
from tests.fuzz.asking import strains
from tests.fuzz.asking import twists
from tests.fuzz.words import MARK
from tests.fuzz.words import NAME
from threading import Event
from threading import Thread
from time import monotonic
from typing import NamedTuple

import json
import requests
import schemathesis
import signal
import subprocess
import sys
import warnings


DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"
#: The results of at least so many requests are kept.
WORTH_KEEPING = 10_000
# Without the checks that all invalid requests are refused, and all valid ones are not: other
# parameters are ignored, and no description distinguishes a cursor from similar text.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: The most processor time that a request may take, in seconds, once all pages were shown.
MOST_SECONDS = 0.5
#: What must not be in any answer.
SECRETS = {"a member": [MARK], "nobody": [MARK, NAME]}
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


class Server(NamedTuple):
    """Where it answers, which Plone it is, and the file that its errors are written to."""

    url: str
    plone: str
    log: Path

    def errors(self) -> list[str]:
        """Return the lines of the log that begin an error."""
        lines = self.log.read_text("utf-8").splitlines()
        return [
            line
            for line in lines
            if (" ERROR " in line or " CRITICAL " in line)
            # What plone.protect refuses is logged, unlike other refusals.
            and "[Zope.SiteErrorLog] Forbidden: " not in line
        ]


@contextmanager
def serving(python: str):
    """Create the site, and serve it as long as the ``with`` block takes."""
    module = [python, "-W", "ignore", "-m", "tests.fuzz.site"]
    with TemporaryDirectory(prefix="appendonly-fuzz-") as home:
        folder = Path(home)
        subprocess.run([*module, "create", home], check=True)
        process = subprocess.Popen(
            [*module, "serve", home], stdout=subprocess.PIPE, text=True
        )
        try:
            listening = json.loads(process.stdout.readline())
            yield Server(
                f"http://127.0.0.1:{listening['port']}/Plone",
                listening["Plone"],
                folder / "zope.log",
            )
        finally:
            process.terminate()
            process.wait()


def main(python: str, wanted: int, first_seed: int) -> None:
    validate(json.loads(DESCRIPTION.read_text("utf-8")))
    description = schemathesis.openapi.from_path(DESCRIPTION)
    operations = [found.ok() for found in description.get_all_operations()]
    rounds = [
        (operation, who, mode)
        for operation in operations
        for who in PEOPLE
        for mode in MODES
    ]
    counts: Counter = Counter()
    with serving(python) as server:
        check_that_there_is_something_to_leak(server.url)
        for operation, who, mode in rounds:
            # The first requests compile page templates.
            attempt(Asker(server.url, 0), operation, who, mode, 0, 1, Counter())
        asker = Asker(server.url, first_seed)
        number = first_seed
        with Visitor(f"{server.url}/robots.txt") as visitor:
            while counts.total() < wanted:
                left = wanted - counts.total()
                for operation, who, mode in rounds:
                    size = max(1, min(100, left // len(rounds)))
                    attempt(asker, operation, who, mode, number, size, counts)
                    number += 1
                for who in PEOPLE:
                    size = max(1, min(100 * len(rounds), left) // 20)
                    strain(asker, who, number, size, counts)
                    number += 1
                report.progress(f"{counts.total()} requests")
        errors = server.errors()
        plone = server.plone
    if errors:
        sys.exit("\n".join(["In the error log:", *errors[:20]]))
    results = tell(counts)
    results |= {
        "Plone": plone,
        "seeds": [first_seed, number - 1],
        "worst request": asker.worst._asdict(),
        "robots.txt meanwhile": visitor.tell(),
    }
    print(json.dumps(results, indent=1))
    if asker.worst.seconds > MOST_SECONDS:
        sys.exit(f"A request took more than {MOST_SECONDS} seconds.")
    if counts.total() >= WORTH_KEEPING:
        keep(results)


class Visitor:
    """Asks for a URL twice a second, as long as the ``with`` block takes."""

    def __init__(self, url: str):
        self._url = url
        self._end = Event()
        self._seconds: list[float] = []
        self._thread = Thread(target=self._visit)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._end.set()
        self._thread.join()

    def _visit(self):
        while not self._end.wait(0.5):
            begin = monotonic()
            requests.get(self._url, timeout=60).raise_for_status()
            self._seconds.append(monotonic() - begin)

    def tell(self) -> dict:
        """Return how often it was answered, and how long the slowest answer took."""
        slowest = round(max(self._seconds, default=0), 3)
        return {"answers": len(self._seconds), "slowest in seconds": slowest}


def check_that_there_is_something_to_leak(url: str) -> None:
    """The words that no answer may have are in those of a manager."""
    answer = requests.get(
        f"{url}/++api++/@activity?b_size=100", auth=MANAGER, timeout=60
    )
    assert MARK in answer.text and NAME in answer.text


def attempt(asker, operation, who, mode, number, size, counts) -> None:
    """Ask *size* times, or a little more often; raise an error for the simplest bad answer."""

    @seed(number)
    @settings(
        max_examples=size,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), twist=twists())
    def asked(case, twist):
        answer = asker.ask(case, twist, PEOPLE[who])
        counts[operation.label, who, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)
        told = f"{answer.text}\n{answer.headers}".lower()
        leaked = [secret for secret in SECRETS[who] if secret in told]
        assert not leaked, f"{answer.url} told {who} of {leaked}."

    asked()


def strain(asker, who, number, size, counts) -> None:
    """Send *size* large requests; raise an error for the simplest bad answer."""

    @seed(number)
    @settings(
        max_examples=size,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(large=strains())
    def asked(large):
        answer = asker.strain(large, PEOPLE[who])
        counts["large requests", who, answer.status_code] += 1
        assert answer.status_code < 500, f"{answer.status_code}: {large}"
        told = f"{answer.text}\n{answer.headers}".lower()
        # Members may list all users, also the one whose activity is secret.
        may_list = (who, large.view) == ("a member", "@@activity-people")
        secrets = [] if may_list else SECRETS[who]
        leaked = [secret for secret in secrets if secret in told]
        assert not leaked, f"{large} told {who} of {leaked}."

    asked()


def tell(counts: Counter) -> dict:
    """Return the counts as a table: by operation, person and status."""
    table: dict = {}
    for (label, who, status), number in sorted(counts.items()):
        table.setdefault(label, {}).setdefault(who, {})[str(status)] = number
    return {"requests": counts.total(), "answers by status": table}


def keep(results: dict) -> None:
    report.write(
        "fuzz",
        "requests made by schemathesis of docs/openapi.json, twisted by tests/fuzz, to a Zope"
        " process with a public and a secret story; no server error, no answer that is not"
        " described, no secret in an answer, nothing in the error log; the processor time of the"
        " worst request, and robots.txt asked for meanwhile",
        ["schemathesis", "hypothesis"],
        results,
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    # Ended from outside, it takes the server with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
