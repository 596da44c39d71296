"""A backfill from the control panel: a part of it with each request.

For site owners without a shell. The work and its state are those of ``activitylog backfill``, so
one can continue what the other has begun.
"""

from collective.appendonly.i18n import _
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.filling import BACKFILL
from collective.appendonly.operations.filling import Filling
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.filling import IMPORT
from collective.appendonly.transactions import commit_attempts
from functools import cached_property
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from time import monotonic
from typing import NamedTuple
from zope.component import getUtility
from zope.i18nmessageid import Message

import transaction


#: How long a request works, in seconds. It is less than the time after which proxies give up, and
#: a batch more.
SECONDS = 15
#: Until all traces are collected, each request reads the catalog and the log, so they may have this
#: number of objects and of change sets.
MOST = 100_000


def refusal(site) -> Message | None:
    """Return why the log of *site* can't be backfilled any more, None if it can."""
    if Filling(site, BACKFILL).is_begun:
        return None
    log = getUtility(IActivityLog)
    for _position, oldest in log.newer(BEGINNING):
        if oldest.backfilled:
            return _("The log already contains the changes from the catalog.")
        break
    if len(log) and log.archive.horizon:
        return _("The log has discarded its oldest changes. Older ones are not added.")
    return None


class Progress(NamedTuple):
    """The work that an unfinished backfill has done so far."""

    created: int
    edited: int
    percent: int


class _Pause(Exception):
    """The request has worked long enough."""


class BackfillView(BrowserView):
    """``@@activity-backfill``: shows the state; POST works, continues or cancels."""

    index = ViewPageTemplateFile("backfill.pt")

    def __call__(self) -> str:
        if self.request.method != "POST":
            return self.index()
        CheckAuthenticator(self.request)
        if "cancel" in self.request.form:
            commit_attempts(self._filling.forget)
            self._show(_("The backfill was canceled. Nothing was added to the log."))
        elif "run" in self.request.form:
            self._work()
        self.request.response.redirect(self.url)
        return ""

    @property
    def url(self) -> str:
        """The URL of this page."""
        return f"{self.context.absolute_url()}/@@activity-backfill"

    @cached_property
    def progress(self) -> Progress | None:
        """The progress of an unfinished backfill, None if there is none."""
        if not self._filling.is_begun:
            return None
        state = self._filling.state
        done, total = state.get("done", 0), state.get("total", 0)
        percent = 100 * done // total if total else 0
        return Progress(state["created"], state["edited"], percent)

    @property
    def collected(self) -> Message:
        """The numbers of changes that were collected so far."""
        progress = self.progress
        numbers = {"created": progress.created, "edited": progress.edited}
        return _(
            "Collected so far: ${created} × created, ${edited} × edited.",
            mapping=numbers,
        )

    @property
    def obstacle(self) -> Message | None:
        """Why no backfill can begin or continue here, None if it can."""
        if Filling(self.context, IMPORT).is_begun:
            return _("An import is not finished. Finish it first.")
        if (reason := refusal(self.context)) is not None:
            return reason
        catalog = api.portal.get_tool("portal_catalog")
        if max(len(catalog), len(getUtility(IActivityLog))) > MOST:
            return _("This site is too large for this page. Use the command line.")
        return None

    @property
    def _filling(self) -> Filling:
        return Filling(self.context, BACKFILL)

    def _work(self) -> None:
        if (obstacle := self.obstacle) is not None:
            self._show(obstacle, "warning")
            return
        end, reports = monotonic() + SECONDS, []

        def pause(done: int, total: int) -> None:
            reports.append(done)
            # At least one batch, and never before the last step: that would only delay it.
            if len(reports) > 1 and done < total and monotonic() >= end:
                raise _Pause

        try:
            filled = backfill(self.context, pause)
        except _Pause:
            transaction.abort()
            self._show(_("There is more to do. Continue."))
        except FillingError as error:
            transaction.abort()
            # The command says the same, in English.
            reason = _(
                "The backfill has stopped: ${reason}", mapping={"reason": str(error)}
            )
            self._show(reason, "warning")
        else:
            numbers = {"created": filled.created, "edited": filled.edited}
            self._show(
                _(
                    "Added from the catalog: ${created} × created, ${edited} × edited.",
                    mapping=numbers,
                )
                if any(filled)
                else _("The catalog has no changes to add.")
            )

    def _show(self, message: Message, level: str = "info") -> None:
        api.portal.show_message(message, self.request, level)
