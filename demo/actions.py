"""Actions of users on the demo site, each at its own time and in its own transaction.

Users act as usual: logged in, with plone.api and the events of Plone's forms. Only the clock
depends on the add-on.
"""

from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from demo.blocks import blocks_of
from demo.blocks import has_blocks
from demo.people import Person
from importlib import import_module
from plone import api
from plone.app.textfield.value import RichTextValue
from types import SimpleNamespace
from unittest.mock import patch
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import transaction


NOW = datetime.now(timezone.utc).replace(microsecond=0)
# The module: "from DateTime import DateTime" would import the class.
_DATE_TIME = import_module("DateTime.DateTime")
# The names of fields in the events of Plone's edit forms.
_FORM_NAMES = {
    "title": "IDublinCore.title",
    "description": "IDublinCore.description",
    "text": "IRichText.text",
    "image": "image",
    "blocks": "IBlocks.blocks",
    "blocks_layout": "IBlocks.blocks_layout",
}


def days_ago(days: int, time_of_day: str) -> datetime:
    hour, minute = map(int, time_of_day.split(":"))
    return (NOW - timedelta(days=days)).replace(hour=hour, minute=minute, second=0)


def minutes_ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


class Timeline:
    """Runs actions of users in chronological order."""

    def __init__(self):
        self._last = datetime.min.replace(tzinfo=timezone.utc)

    @contextmanager
    def action(self, moment: datetime, person: Person):
        """Run the ``with`` block as *person* at *moment*, and commit."""
        if not self._last < moment <= NOW:
            raise ValueError(f"{moment} is not between {self._last} and now.")
        self._last = moment
        transaction.begin()
        with at(moment), api.env.adopt_user(username=person.login):
            transaction.get().setUser(person.login, "/Plone/acl_users")
            yield
            transaction.commit()


@contextmanager
def at(moment: datetime):
    """Set the clock of content, workflow, versions and the activity log to *moment*.

    Python's clock is unchanged: ZODB needs it to advance.
    """
    seconds = moment.timestamp()
    with (
        patch("collective.appendonly.clock.utc_now", lambda: moment),
        patch.object(_DATE_TIME, "_system_time", lambda: seconds),
        patch(
            "Products.CMFEditions.CopyModifyMergeRepositoryTool.time",
            SimpleNamespace(time=lambda: seconds),
        ),
    ):
        yield


def add(container, portal_type: str, title: str, **values):
    if not api.portal.get_tool("portal_types")[portal_type].global_allow:
        # In Volto, pages are the folders.
        portal_type = "Document"
    if has_blocks(portal_type):
        values = {"text": "", **values}
    # Forms set the language of the site.
    return api.content.create(
        container,
        portal_type,
        title=title,
        language="en",
        **_field_values(portal_type, values),
    )


def edit(obj, **values) -> None:
    values = _field_values(obj.portal_type, values)
    for name, value in values.items():
        setattr(obj, name, value)
    names = [_FORM_NAMES[name] for name in values]
    notify(ObjectModifiedEvent(obj, Attributes(None, *names)))


def paragraphs(*texts: str) -> str:
    """Return HTML as the editor writes it: saving an unchanged form must not change it."""
    return "\r\n".join(f"<p>{text}</p>" for text in texts)


def transition(obj, name: str, comment: str = "") -> None:
    api.content.transition(obj, name, comment=comment)


def _field_values(portal_type: str, values: dict) -> dict:
    text = values.get("text")
    if text is None:
        return values
    if has_blocks(portal_type):
        others = {name: value for name, value in values.items() if name != "text"}
        return others | blocks_of(text)
    rich = RichTextValue(text, "text/html", "text/x-html-safe")
    return values | {"text": rich}
