"""The log, held against the ledger of the editors and against the content itself."""

from benchmarks.load.edits import Edit
from collections.abc import Iterable
from engines.ledger import DISORDER
from engines.ledger import DOUBLED
from engines.ledger import IN_DOUBT
from engines.ledger import LOST
from engines.ledger import match
from engines.ledger import REFUSED_YET_THERE
from engines.ledger import Transaction
from engines.ledger import UNKNOWN
from itertools import zip_longest

import json


#: What can be wrong, each with a list of cases. All of them are empty if nothing is.
FINDINGS = (
    LOST,
    DOUBLED,
    REFUSED_YET_THERE,
    UNKNOWN,
    "changed since before",
    DISORDER,
    "versions not in a row",
    "not as the content is",
    "problems of the structures",
)

# What the transition of the workflow is called, and between which states.
_PUBLISHING = {
    "transitions": ["publish"],
    "old_state": "private",
    "new_state": "published",
}
_NOTHING = {
    "fields": [],
    "transitions": [],
    "old_state": None,
    "new_state": None,
    "comment": "",
    "source": None,
    "descendants": [],
    "discussion_item": None,
    "group": None,
    "details": {},
    "values": {},
    "roles": {},
    "together": 1,
}
# What follows from what was there before, and is compared with that.
_IN_A_ROW = "version", "version_before"


def compare(ledger: list[Edit], before: dict, after: dict) -> dict[str, list]:
    """Return what is wrong with the log, by the names of FINDINGS.

    *before* and *after* are the facts of a site, from before the first edit of the ledger and
    after the last. An edit is recognised by all that its entry says: who did what to which
    page, its title at that moment, and so on. So an entry that differs in anything is both
    *nobody's*, and missing.
    """
    earlier = before["entries"]
    entries = new_entries(before, after)
    _, findings = _match(ledger, entries)
    findings["changed since before"] = [
        was
        for was, now in zip_longest(earlier, after["entries"][: len(earlier)])
        if was != now
    ]
    findings["versions not in a row"] = _gaps(entries)
    findings["not as the content is"] = _differences(
        _replayed(before["content"], entries), after["content"]
    )
    findings["problems of the structures"] = after["problems"]
    return {name: findings[name] for name in FINDINGS}


def new_entries(before: dict, after: dict) -> list[dict]:
    """Return the entries of the time between."""
    return after["entries"][len(before["entries"]) :]


def in_doubt_and_there(ledger: list[Edit], before: dict, after: dict) -> int:
    """Return how many edits whose answer did not come are in the log."""
    matched, _ = _match(ledger, new_entries(before, after))
    return sum(edit.outcome == IN_DOUBT for edit in matched)


def expected(edit: Edit) -> dict:
    """Return what the entry of *edit* has to say, but for versions."""
    page = edit.page
    entry = {
        **_NOTHING,
        "actor": edit.editor,
        "actions": [edit.action],
        "uid": page.uid,
        "path": page.path,
        "title": page.title,
        "portal_type": "Document",
        "public": page.public,
    }
    if edit.action == "edited":
        entry["fields"] = ["text", "title"]
        entry["values"] = {"title": page.title}
    if edit.action == "transitioned":
        entry.update(_PUBLISHING)
    if edit.action == "moved":
        entry["source"] = edit.source
    return entry


def _form(entry: dict) -> dict:
    """Return an entry of the log in the form of :func:`expected`."""
    form = {key: value for key, value in entry.items() if key not in _IN_A_ROW}
    form["public"] = "Anonymous" in form.pop("principals")
    form["source"] = form["source"] and form["source"]["path"]
    # The old values follow from what was there before, too.
    form["values"] = {name: new for name, (_, new) in form["values"].items()}
    return form


def _key(form: dict) -> str:
    return json.dumps(form, sort_keys=True)


def _match(
    ledger: list[Edit], entries: Iterable[dict]
) -> tuple[list[Edit], dict[str, list]]:
    """Return the edits in the order of the log, and what is wrong with the log."""
    transactions = [
        Transaction(_key(expected(edit)), edit.outcome, edit.sent, edit.answered, edit)
        for edit in ledger
    ]
    # Nobody was told the UID of a page whose creation was not answered.
    keys = [(_key(form), _key({**form, "uid": None})) for form in map(_form, entries)]
    matched, wrong = match(transactions, keys)
    findings = {
        name: [
            expected(case.of) if isinstance(case, Transaction) else json.loads(case)
            for case in cases
        ]
        for name, cases in wrong.items()
    }
    return [transaction.of for transaction in matched], findings


def _gaps(entries: Iterable[dict]) -> list[dict]:
    """Return the edits whose version is not the one after that of the edit before."""
    versions: dict[str, int] = {}
    wrong = []
    for entry in entries:
        if "edited" not in entry["actions"]:
            continue
        before = versions.get(entry["uid"], entry["version_before"])
        after = 0 if before is None else before + 1
        if (entry["version_before"], entry["version"]) != (before, after):
            wrong.append(_form(entry) | {key: entry[key] for key in _IN_A_ROW})
        versions[entry["uid"]] = entry["version"]
    return wrong


def _replayed(content: dict[str, dict], entries: Iterable[dict]) -> dict[str, dict]:
    """Return what the content has to be if all that the log says was done to it."""
    content = dict(content)
    for entry in entries:
        uid = entry["uid"]
        was = content.pop(uid, {"state": "private"})
        if "removed" in entry["actions"]:
            continue
        now = {key: entry[key] for key in ("path", "title", "portal_type")}
        content[uid] = {**now, "state": entry["new_state"] or was["state"]}
    return content


def _differences(told: dict[str, dict], there: dict[str, dict]) -> list[dict]:
    return [
        {"uid": uid, "log": told.get(uid), "content": there.get(uid)}
        for uid in sorted(told.keys() | there.keys())
        if told.get(uid) != there.get(uid)
    ]
