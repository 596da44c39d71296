"""The download of all activity that the current user can view, as JSON Lines or CSV."""

from collections.abc import Iterable
from collective.appendonly.feed import Bound
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import everything
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import TooMuchActivity
from collective.appendonly.i18n import _
from collective.appendonly.presentation.exports import comma_separated
from collective.appendonly.presentation.exports import json_lines
from collective.appendonly.presentation.records import Records
from collective.appendonly.presentation.times import Times
from Products.Five.browser import BrowserView
from tempfile import TemporaryFile
from typing import BinaryIO
from zope.i18n import translate
from zope.i18nmessageid import Message


_FORMATS = {
    "jsonl": ("application/jsonl; charset=utf-8", json_lines),
    "csv": ("text/csv; charset=utf-8", comma_separated),
}
#: The limits of a download: two minutes of a thread, and about 50 MB.
BOUND = Bound(records=100_000, seconds=120.0, entries=100_000)


class ActivityExport(BrowserView):
    """The activity of the context and below it, newest first, as a file.

    The parameter ``format`` is ``jsonl`` (the default) or ``csv``. The filters are those of the
    activity page. More than the ``BOUND`` is refused.

    The file is complete before anything is sent, and an error has a page of its own. The server
    sends it without a thread of Zope, however slowly the client reads.
    """

    def __call__(self) -> BinaryIO | str:
        check_may_read(self.context)
        form = self.request.form
        name = form.get("format", "jsonl")
        if not isinstance(name, str) or name not in _FORMATS:
            return self._bad_request(_("Choose a format: jsonl or csv."))
        content_type, write = _FORMATS[name]
        try:
            timezone = Times(self.context, self.request).timezone
            found = everything(self.context, read_parameters(form, timezone), BOUND)
            file = self._file(write(map(Records(self.request).record, found)))
        except InvalidFilter as error:
            return self._bad_request(error.message)
        except TooMuchActivity:
            return self._bad_request(
                _(
                    "This is too much activity for one download. Enter a shorter period, or ask"
                    " the administrator of the server for the result of the command"
                    " “activitylog export”."
                )
            )
        self._set_headers(
            **{
                "Content-Type": content_type,
                "Content-Disposition": f'attachment; filename="activity.{name}"',
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            }
        )
        return file

    def _file(self, texts: Iterable[str]) -> BinaryIO:
        file = TemporaryFile()
        try:
            for text in texts:
                file.write(text.encode("utf-8", "replace"))
                # So memory holds what a piece needs, however long the log is.
                self.context._p_jar.cacheGC()
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def _bad_request(self, message: Message) -> str:
        self.request.response.setStatus(400)
        self._set_headers(**{"Content-Type": "text/plain; charset=utf-8"})
        return translate(message, context=self.request)

    def _set_headers(self, **headers):
        for name, value in headers.items():
            self.request.response.setHeader(name, value)
