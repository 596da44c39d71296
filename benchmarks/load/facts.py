"""Everything that is in a site and in its log, as JSON."""

from collections.abc import Iterator
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.structures.check import problems
from dataclasses import asdict
from plone import api
from Products.CMFCore.interfaces import IContentish
from Products.CMFCore.interfaces import IFolderish
from Products.Five.browser import BrowserView
from zope.component import queryUtility

import json


class Facts(BrowserView):
    """The content by UID; the entries, oldest first; what is wrong with the structures.

    The content is looked up in the folders, not in the catalog. The log is null where there
    is none.
    """

    def __call__(self) -> str:
        self.request.response.setHeader("Content-Type", "application/json")
        log = queryUtility(IActivityLog)
        told = {
            "content": {obj.UID(): _told(obj) for obj in _inside(self.context)},
            "entries": log and _entries(log),
            "problems": log and problems(log.stack, log.archive),
        }
        return json.dumps(told)


def _inside(folder) -> Iterator:
    for obj in folder.objectValues():
        if IContentish.providedBy(obj):
            yield obj
            if IFolderish.providedBy(obj):
                yield from _inside(obj)


def _told(obj) -> dict:
    return {
        "path": "/".join(obj.getPhysicalPath()[2:]),
        "title": obj.title,
        "portal_type": obj.portal_type,
        "state": api.content.get_state(obj),
    }


def _entries(log) -> list[dict]:
    entries = [
        {**asdict(entry), "together": len(change_set.entries)}
        for _, change_set in log.older()
        for entry in change_set.entries
    ]
    return entries[::-1]
