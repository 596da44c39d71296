"""Other formats of an activity page: calendar, feeds and files."""

from collective.appendonly.i18n import _
from plone import api
from typing import NamedTuple
from zope.i18nmessageid import Message


class Output(NamedTuple):
    """A link. With a ``media_type`` it is an alternate format of the page."""

    title: Message | str
    url: str
    icon: str
    media_type: str | None = None


def outputs(view) -> list[Output]:
    """Return the formats of what *view* shows that the current user is allowed to open.

    *view* is a :class:`~collective.appendonly.browser.filtered.Filtered` view.
    """
    url_of = view.url_of
    own = [
        Output(_("Calendar"), url_of("@@activity-calendar"), "calendar"),
        Output("Atom", url_of("@@activity.atom"), "rss", "application/atom+xml"),
        Output("RSS", url_of("@@activity.rss"), "rss", "application/rss+xml"),
        Output("CSV", url_of("@@activity-export", format="csv"), "download"),
        Output("JSON Lines", url_of("@@activity-export", format="jsonl"), "download"),
    ]
    found = [output for output in own if _is_allowed(view.context, output.url)]
    site = api.portal.get()
    personal = f"{site.absolute_url()}/@@activity-addresses"
    if not api.user.is_anonymous() and _is_allowed(site, personal):
        found.append(Output(_("Personal feed URL"), personal, "link-45deg"))
    return found


def _is_allowed(context, url):
    name = url.rpartition("/")[2].partition("?")[0]
    return context.restrictedTraverse(name, None) is not None
