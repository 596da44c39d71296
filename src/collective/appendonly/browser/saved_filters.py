"""Saved filters: the form on activity pages, the list on *My activity*, and what both send."""

from collective.appendonly.browser.digest_form import OwnAction
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.saved import CannotSave
from collective.appendonly.feed.saved import LONGEST_NAME
from collective.appendonly.feed.saved import may_save
from collective.appendonly.feed.saved import own_filters
from collective.appendonly.feed.saved import remove_filter
from collective.appendonly.feed.saved import save_filter
from collective.appendonly.feed.saved import SavedFilter
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.presentation.places import listed_place
from collective.appendonly.presentation.times import Times
from typing import NamedTuple
from urllib.parse import urlencode
from zope.i18nmessageid import Message


class SavingForm(NamedTuple):
    """The form to save the filters of a page."""

    url: str
    parameters: list[tuple[str, str]]
    longest_name: int = LONGEST_NAME


class OwnFilter(NamedTuple):
    """A saved filter of the current user; ``url`` is None if they cannot view the place."""

    name: str
    place: Message | str
    url: str | None


def saving_form(view) -> SavingForm | None:
    """Return the form for the filters of *view*, None if there are none or they cannot be saved."""
    if view.filters == view.no_filters or not may_save(view.context):
        return None
    return SavingForm(
        f"{view.context.absolute_url()}/@@activity-filter",
        to_parameters(view.filters, view.times.timezone),
    )


def listed_filters() -> list[OwnFilter]:
    """Return the saved filters of the current user."""
    return [_listed(saved) for saved in own_filters()]


def _listed(saved: SavedFilter) -> OwnFilter:
    place = listed_place(saved.place, saved.query)
    return OwnFilter(printable(saved.name), place.title, place.url)


class SaveFilter(OwnAction):
    """``@@activity-filter``: saves the filters in the request under ``name``."""

    log_in = _("Log in to save filters.")
    page = "@@activity"

    def change(self) -> tuple[Message, str]:
        form = self.request.form
        timezone = Times(self.context, self.request).timezone
        try:
            filters = read_parameters(form, timezone)
            query = urlencode(to_parameters(filters, timezone))
            self.page = f"@@activity?{query}"
            save_filter(self.context, form.get("name"), filters, timezone)
        except (CannotSave, InvalidFilter) as error:
            return error.message, "error"
        return _("Filter saved. You can find it under My activity."), "info"


class RemoveFilter(OwnAction):
    """``@@activity-filter-remove``: removes the saved filter with the ``name`` in the request."""

    log_in = SaveFilter.log_in
    page = "@@my-activity"

    def change(self) -> tuple[Message, str]:
        remove_filter(self.request.form.get("name"))
        return _("Filter removed."), "info"
