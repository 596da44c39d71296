"""Other ways to see what an activity page shows: a picture, feeds, files."""

from collective.appendonly.i18n import _
from plone import api
from typing import NamedTuple
from zope.i18nmessageid import Message


class Output(NamedTuple):
    """A link. With a ``media_type`` it is another form of the page that it stands on."""

    title: Message | str
    url: str
    icon: str
    media_type: str | None = None


def outputs(view) -> list[Output]:
    """Return those for what *view* shows, as far as the current user may go there.

    *view* is a :class:`~collective.appendonly.browser.filtered.Filtered` one.
    """
    address = view.address
    own = [
        Output(_("Calendar"), address("@@activity-calendar"), "calendar"),
        Output("Atom", address("@@activity.atom"), "rss", "application/atom+xml"),
        Output("RSS", address("@@activity.rss"), "rss", "application/rss+xml"),
        Output("CSV", address("@@activity-export", format="csv"), "download"),
        Output("JSON Lines", address("@@activity-export", format="jsonl"), "download"),
    ]
    found = [output for output in own if _may_go(view.context, output.url)]
    site = api.portal.get()
    personal = f"{site.absolute_url()}/@@activity-addresses"
    if not api.user.is_anonymous() and _may_go(site, personal):
        found.append(Output(_("Personal feed address"), personal, "link-45deg"))
    return found


def _may_go(context, url):
    name = url.rpartition("/")[2].partition("?")[0]
    return context.restrictedTraverse(name, None) is not None
