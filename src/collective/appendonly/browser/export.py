"""The download of all activity that the current user can view, as JSON Lines or CSV."""

from collections.abc import Iterator
from collective.appendonly.browser.streaming import Stream
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import everything
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.i18n import _
from collective.appendonly.presentation.exports import comma_separated
from collective.appendonly.presentation.exports import json_lines
from collective.appendonly.presentation.records import Records
from collective.appendonly.presentation.times import Times
from Products.Five.browser import BrowserView
from zope.i18n import translate
from zope.i18nmessageid import Message


_FORMATS = {
    "jsonl": ("application/jsonl; charset=utf-8", json_lines),
    "csv": ("text/csv; charset=utf-8", comma_separated),
}


class ActivityExport(BrowserView):
    """The activity of the context and below it, newest first, as a stream.

    The parameter ``format`` is ``jsonl`` (the default) or ``csv``. The filters are those of the
    activity page. The length is not limited.
    """

    def __call__(self) -> Stream | str:
        check_may_read(self.context)
        form = self.request.form
        name = form.get("format", "jsonl")
        if not isinstance(name, str) or name not in _FORMATS:
            return self._bad_request(_("Choose a format: jsonl or csv."))
        try:
            timezone = Times(self.context, self.request).timezone
            filters = read_parameters(form, timezone)
            # Reject filters that are not allowed before anything is sent.
            everything(self.context, filters)
        except InvalidFilter as error:
            return self._bad_request(error.message)
        content_type, write = _FORMATS[name]
        self._set_headers(
            **{
                "Content-Type": content_type,
                "Content-Disposition": f'attachment; filename="activity.{name}"',
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            }
        )

        def produce(context, request) -> Iterator[str]:
            records = Records(request)
            return write(map(records.record, everything(context, filters)))

        return Stream(self.context, self.request, produce)

    def _bad_request(self, message: Message) -> str:
        self.request.response.setStatus(400)
        self._set_headers(**{"Content-Type": "text/plain; charset=utf-8"})
        return translate(message, context=self.request)

    def _set_headers(self, **headers):
        for name, value in headers.items():
            self.request.response.setHeader(name, value)
