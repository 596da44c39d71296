"""Everything that the log of a site holds, as JSON."""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.structures.check import problems
from Products.Five.browser import BrowserView
from zope.component import queryUtility

import json


class Activity(BrowserView):
    """What is wrong with the log, and its entries, oldest first. Null where there is none."""

    def __call__(self) -> str:
        self.request.response.setHeader("Content-Type", "application/json")
        log = queryUtility(IActivityLog)
        return json.dumps(log and _told(log))


def _told(log) -> dict:
    entries = [
        [entry.actor, " ".join(entry.actions), entry.path, entry.title]
        for _, change_set in log.older()
        for entry in change_set.entries
    ]
    return {"problems": problems(log.stack, log.archive), "entries": entries[::-1]}
