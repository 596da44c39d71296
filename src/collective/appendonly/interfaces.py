"""The interfaces of the Plone add-on, with their contracts."""

from collective.appendonly.constraints import AUDIENCES
from collective.appendonly.constraints import between
from collective.appendonly.constraints import is_path
from collective.appendonly.constraints import is_user_id
from collective.appendonly.constraints import listed_in
from collective.appendonly.constraints import on_or_off
from collective.appendonly.constraints import PLACES
from collective.appendonly.constraints import several
from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.entry import PEOPLE_ACTIONS
from collective.appendonly.i18n import _
from plone.supermodel import model
from typing import NamedTuple
from zope.interface import Attribute
from zope.interface import Interface
from zope.interface.interfaces import IObjectEvent
from zope.publisher.interfaces.browser import IDefaultBrowserLayer
from zope.schema import Bool
from zope.schema import Choice
from zope.schema import Int
from zope.schema import TextLine
from zope.schema import Tuple


class IActivityLayer(IDefaultBrowserLayer):
    """Browser layer of the sites in which the add-on is installed."""


class Position(NamedTuple):
    """The position of a part of a change set in the log.

    ``generation`` and ``index`` are those of the item in the stack or archive. ``block`` counts
    the parts of a change set that is too large for one record; it is 0 for all others.
    """

    generation: int
    index: int
    block: int = 0


#: The position before everything that was ever recorded.
BEGINNING = Position(-1, 0)


class IActivityLog(Interface):
    """The activity log of a site: one change set per transaction.

    A local utility, also available as ``api.portal.get_tool("portal_activity")``. It checks no
    permissions and returns everything it has. To read what a *user* can view, use
    :mod:`collective.appendonly.feed`.
    """

    epoch = Attribute(
        """A random string that identifies this log: a position is meaningless in a log of
        another epoch. It is also the key that encrypts the positions in cursors, so never
        show it to users."""
    )

    keys = Attribute(
        """The :class:`~collective.appendonly.keys.Keys` of entries, which stay the same. None in
        a log of 1.0.0a1 until ``begin_keys`` is called. Up to then everything is stored as
        1.0.0a1 reads it."""
    )

    stack = Attribute("The IAppendStack with the newest change sets.")

    archive = Attribute("The IArchive with the layers pruned from the stack.")

    def push(change_set):
        """Push *change_set*, a :class:`~collective.appendonly.entry.ChangeSet`, onto the log.

        Writes the stack's record and, once per layer, a new record of the archive. Raises
        ComponentLookupError if the site has no stack or no archive.
        """

    def begin_epoch():
        """Begin a new epoch, which makes all earlier positions and cursors invalid."""

    def begin_keys():
        """Make keys for what is recorded from now on. 1.0.0a1 does not read that any more."""

    def rest_on(archive, copied=-1):
        """Put everything in the log on top of *archive*, which becomes its archive.

        Layers up to the generation *copied* are already in it. All positions change, so the log
        gets a new epoch. Returns by how much the generations of what it contained have grown.
        Concurrent pushes go on top, or make this transaction conflict; retry it, and it takes
        them along. Loads and writes every other layer of the former archive.

        Raises ValueError if the resulting generations would be lower than those that the stack
        has reached: after a discard, if *archive* has too few layers.
        """

    def resize(max_layers, max_length):
        """Set the size of the stack to *max_layers* layers of *max_length* change sets.

        Surplus layers move to the archive. Nothing is lost, all positions stay, and nothing is
        written if nothing changes. With concurrent edits, one of the transactions gets a
        ConflictError at the commit; retry it. Raises ValueError for less than one of either.
        """

    def contents_of(items):
        """Return keys and times of *items*, as ``IArchive.addLayer`` takes them."""

    def older(position=None, having=(), since=None, until=None, mentioning=()):
        """Yield ``(Position, ChangeSet)`` of everything older than *position*, newest first.

        Without a position, yields the whole log. Continues from the stack into the archive, which
        it enters by a seek, and keeps one layer in memory. A large change set is entered at the
        next of its parts, which come with one position each, one in memory at a time. Parts and
        layers that cannot be read are skipped, with an error, and all that is only found from there.

        *having* are groups of keys, asked for once the archive or a large change set is read;
        *since* and *until* are datetimes. What does not have a key of each group, or did not happen
        between the two, both included, is passed over where that costs nothing, so some of it is
        yielded. Loads about 10 records per layer that it finds. With *mentioning*, of ``mention``,
        None is yielded instead of a change set whose text has none of these.
        """

    def newer(position, having=(), mentioning=()):
        """Yield ``(Position, ChangeSet)`` of everything newer than *position*, oldest first.

        Otherwise like ``older``, the parts of a large change set in reverse order, over which alone
        *having* passes. Loads one record if there is nothing newer.
        """

    def newest():
        """Return the Position of the newest change set, None if there is none.

        Loads one record, or two if the stack is empty.
        """

    def __len__():
        """Return the number of change sets in the stack and the archive. Loads two records."""


class IActivityAction(Interface):
    """An action of users, and the texts for it: ``edited``, ``downloaded``.

    A named utility, registered by the ZCML directive ``appendonly:action``. The actions that the
    add-on itself records are always available.
    """

    name = Attribute("The id, which is stored in entries.")

    title = Attribute("The title in settings and filters: “Edited”.")

    sentence = Attribute("The message, with ``${actor}`` and ``${item}``.")

    words = Attribute("The verb phrase in an enumeration: “edited”.")

    icon = Attribute("The name of an icon in Plone's icon resolver: “pencil”.")

    details = Attribute(
        "The text about the details of an entry: “${litres} l”, or None."
    )


class IEntryWillBeRecordedEvent(IObjectEvent):
    """An entry about ``object`` is about to be recorded.

    Fired at the end of the transaction, once per entry, after the settings of the site are
    applied. Subscribe to it for an interface of the content and this interface. After a removal,
    ``object`` is the removed object. For a comment it is the comment; for what is not content (a
    user, a membership, a setting …), a tuple with a ``kind`` and the ids.

    If a subscriber raises an error, or assigns an invalid entry (see
    :mod:`collective.appendonly.validation`), the entry is not recorded, since the subscriber may
    have been about to veto it.
    """

    entry = Attribute("The :class:`~collective.appendonly.entry.Entry`. Assignable.")

    before = Attribute(
        """The attributes of ``object`` before the transaction, by name, as they are stored on the
        object itself. Objects with a record of their own are in their present state. None for a new
        object, for a user or a group, and if the former record is gone. Loaded on demand."""
    )

    def veto():
        """Prevent the entry from being recorded."""

    def enrich(**details):
        """Add *details* to the entry: JSON values, stored as ``entry.details``."""


SETTINGS_PREFIX = "collective.appendonly"

_ACTIONS = "collective.appendonly.actions"
_TYPES = "collective.appendonly.types"
_known_action, _known_type = map(listed_in, (_ACTIONS, _TYPES))


class IActivitySettings(model.Schema):
    """The settings of a site: registry records with the prefix SETTINGS_PREFIX."""

    actions_left_out = Tuple(
        title=_("Excluded actions"),
        description=_("The selected actions are not recorded."),
        value_type=Choice(vocabulary=_ACTIONS, constraint=_known_action),
        **several(
            _known_action, default=("reordered", *PEOPLE_ACTIONS, *LOGIN_ACTIONS)
        ),
    )

    types_left_out = Tuple(
        title=_("Excluded content types"),
        description=_("Changes to content of these types are not recorded."),
        value_type=Choice(vocabulary=_TYPES, constraint=_known_type),
        **several(_known_type),
    )

    paths_left_out = Tuple(
        title=_("Excluded paths"),
        description=_(
            "Changes to content at or below these paths are not recorded. Enter one"
            " path per line, relative to the site: /news/archive"
        ),
        value_type=TextLine(constraint=is_path),
        **several(is_path),
    )

    users_left_out = Tuple(
        title=_("Excluded users"),
        description=_(
            "Changes made by these users, such as bots and imports, are not"
            " recorded. Enter one user ID per line."
        ),
        value_type=TextLine(constraint=is_user_id),
        **several(is_user_id),
    )

    silent_changes = Bool(
        title=_("Record changes made without events"),
        description=_(
            "Tags, dates and other properties changed in the Contents view, or by"
            " scripts, are detected when the object is reindexed."
        ),
        **on_or_off(default=True),
    )

    record_values = Bool(
        title=_("Record old and new values"),
        description=_(
            "Short values, such as titles, dates and tags, are stored with each edit"
            " for users who can access previous versions. Personal data in them stays"
            " in the log until the edit is discarded, even if the content is corrected"
            " or removed; passwords and contact data are never stored."
        ),
        **on_or_off(default=True),
    )

    record_client_addresses = Bool(
        title=_("Record the IP addresses of logins"),
        description=_(
            "An IP address is personal data. It is only recorded with logins, logouts"
            " and failed logins, unless these are excluded actions."
        ),
        **on_or_off(default=False),
    )

    model.fieldset(
        "reading",
        label=_("Visibility"),
        fields=[
            "audience",
            "people_pages",
            "viewlet_places",
            "viewlet_lines",
            "digests",
        ],
    )

    audience = Choice(
        title=_("Who can view the activity"),
        description=_(
            "Readers only see activity on content they can view. Anonymous users"
            " see names only if “Allow anyone to view ‘about’ information” is on"
            " (Site Setup > Security)."
        ),
        vocabulary=AUDIENCES,
        constraint=listed_in(AUDIENCES),
        default="members",
    )

    people_pages = Bool(
        title=_("Show an activity page for each user"),
        description=_(
            "Anyone who can view the activity can open a page with everything a"
            " given user did. If off, only users with the “List portal members”"
            " permission can; changes to content the reader cannot view are never"
            " shown."
        ),
        **on_or_off(default=False),
    )

    viewlet_places = Tuple(
        title=_("Where to show recent activity"),
        description=_(
            "Recent activity is shown below the content. Select nothing to hide it"
            " everywhere."
        ),
        value_type=Choice(vocabulary=PLACES, constraint=listed_in(PLACES)),
        **several(listed_in(PLACES), default=("site", "folders")),
    )

    viewlet_lines = Int(
        title=_("Number of changes to show"),
        description=_("The maximum number of changes shown below the content."),
        default=8,
        **between(1, 50),
    )

    digests = Bool(
        title=_("Offer email digests"),
        description=_(
            "Members can subscribe to emails about the activity they are allowed to see:"
            " daily, weekly, or as it happens. No activity, no email. The maintenance"
            " job sends the digests."
        ),
        **on_or_off(default=True),
    )

    model.fieldset(
        "keeping",
        label=_("Retention"),
        fields=[
            "retention_days",
            "retention_entries",
            "days_logins_kept",
            "erase_deleted_users",
        ],
    )

    retention_days = Int(
        title=_("Number of days to keep changes"),
        description=_(
            "The maintenance job discards older changes. Enter 0 to keep everything."
        ),
        default=0,
        **between(0, 36_500),
    )

    retention_entries = Int(
        title=_("Number of changes to keep"),
        description=_(
            "If there are more changes, the maintenance job discards the oldest."
            " Enter 0 for no limit."
        ),
        default=0,
        **between(0, 1_000_000_000),
    )

    days_logins_kept = Int(
        title=_("Number of days to keep logins"),
        description=_(
            "The maintenance job removes older logins, logouts and failed logins from"
            " the log. Enter 0 to keep them as long as all other changes."
        ),
        default=30,
        **between(0, 36_500),
    )

    erase_deleted_users = Bool(
        title=_("Erase users whose account is deleted"),
        description=_(
            "The maintenance job replaces the user ID with a random pseudonym. The"
            " entries themselves are kept."
        ),
        **on_or_off(default=False),
    )

    model.fieldset(
        "stack",
        label=_("Stack"),
        description=_(
            "The newest changes are stored in one database record that every edit"
            " rewrites; older changes are stored in an archive. You can change the"
            " sizes at any time: changes that no longer fit are moved to the archive."
        ),
        fields=["window_layers", "window_length"],
    )

    window_layers = Int(
        title=_("Layers in the stack"),
        description=_("Two layers are enough for most sites."),
        default=2,
        **between(2, 20),
    )

    window_length = Int(
        title=_("Changes per layer"),
        description=_(
            "Larger layers make each edit write more data but archive less often."
        ),
        default=8,
        **between(2, 100),
    )
