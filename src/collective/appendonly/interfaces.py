"""The contracts of the Plone side."""

from collective.appendonly.entry import PEOPLE_ACTIONS
from collective.appendonly.i18n import _
from collective.appendonly.refusals import between
from collective.appendonly.refusals import each
from collective.appendonly.refusals import is_path
from collective.appendonly.refusals import is_user_id
from collective.appendonly.refusals import listed_in
from collective.appendonly.refusals import OpenVocabulary
from datetime import timedelta
from plone.supermodel import model
from typing import NamedTuple
from zope.interface import Attribute
from zope.interface import Interface
from zope.interface.interfaces import IObjectEvent
from zope.publisher.interfaces.browser import IDefaultBrowserLayer
from zope.schema import Bool
from zope.schema import Choice
from zope.schema import Int
from zope.schema import Set
from zope.schema import TextLine
from zope.schema import Tuple
from zope.schema.vocabulary import SimpleTerm


class IActivityLayer(IDefaultBrowserLayer):
    """Marks the requests of a site where the add-on is installed."""


class Position(NamedTuple):
    """Where a part of a change set stands in the log.

    ``generation`` and ``index`` are those of the item in stack or archive. ``block`` counts
    the parts of a change set that was too large for one record; it is 0 in all others.
    """

    generation: int
    index: int
    block: int = 0


#: The position before all that was ever recorded.
BEGINNING = Position(-1, 0)


#: The log is in the order of the commits. By its times a change set may stand wrong by this
#: much: a commit takes its time, and the clocks of several machines differ.
CLOCK_TOLERANCE = timedelta(minutes=10)


class IActivityLog(Interface):
    """What happened to the content of a site, one change set per transaction.

    A local utility, also found as ``api.portal.get_tool("portal_activity")``. It hands out
    everything it has to whoever asks: what a *person* may see of it is the business of
    :mod:`collective.appendonly.feed`, and only of that.
    """

    epoch = Attribute(
        """A random string that tells this log from every other: positions mean nothing in a
        log of another epoch. It is the key that hides positions from those who read the
        feed, so it is shown to nobody."""
    )

    stack = Attribute("The IAppendStack with the newest change sets.")

    archive = Attribute("The IArchive with the layers pruned from the stack.")

    def push(change_set):
        """Put *change_set*, a :class:`~collective.appendonly.entry.ChangeSet`, on the log.

        Writes the stack's record; once in a layer also a new record of the archive. Raises
        ComponentLookupError where the stack or the archive of the site is missing.
        """

    def begin_epoch():
        """Get a new epoch, because the positions of before mean something else now, or nothing."""

    def rest_on(archive):
        """Put all that the log holds on top of *archive*, which becomes its archive.

        All positions change, so the log gets a new epoch. What somebody pushes meanwhile
        goes on top, or makes this transaction conflict and is taken along when it is tried
        again. Loads and writes every layer of the former archive.

        Raises ValueError where the layers put together would end below what the stack has
        counted to: as after a discard, when *archive* has too few.
        """

    def resize(max_layers, max_length):
        """Let the stack hold *max_layers* layers of *max_length* change sets.

        What no longer fits goes to the archive; nothing is lost, and all positions stay. Writes
        nothing if nothing changes. Whoever records something at the same time, or this
        caller, gets a ConflictError at the commit and is to try again. Raises ValueError for
        less than one layer or change set.
        """

    def older(position=None):
        """Yield ``(Position, ChangeSet)`` of what is older than *position*, newest first.

        Without a position: everything. Continues from the stack into the archive, which it
        enters by a seek, and keeps one layer in memory. A large change set comes in parts, one
        per position.
        """

    def newer(position):
        """Yield ``(Position, ChangeSet)`` of what is newer than *position*, oldest first.

        Loads one record when there is nothing newer.
        """

    def newest():
        """Return the Position of the newest change set, None if there is none.

        Loads one record, or two if the stack is empty.
        """

    def before(time):
        """Return the Position to go on from, with ``older``, to what happened before *time*.

        *time* is an aware datetime. Nothing of what happened before is skipped; what comes
        first may have happened up to CLOCK_TOLERANCE later, or shortly after that. None if
        that is the top of the log. Loads O(log n) layers.
        """

    def __len__():
        """Return the number of change sets in stack and archive. Loads two records."""


class IActivityAction(Interface):
    """Something that people do, as the log names it: ``edited``, ``downloaded``.

    A named utility, made by the ZCML directive ``appendonly:action``. The product's own
    actions are always there.
    """

    name = Attribute("The id, as it is stored.")

    title = Attribute("What a settings page and a filter call it: “Edited”.")

    sentence = Attribute("The sentence, with ``${actor}`` and ``${item}``.")

    words = Attribute("The words for it in an enumeration: “edited”.")

    icon = Attribute("The name of an icon of Plone's icon resolver: “pencil”.")


class IEntryWillBeRecordedEvent(IObjectEvent):
    """An entry about ``object`` is about to be recorded.

    Notified at the end of the transaction, once for each entry, after the settings of the site
    were applied. Subscribe to it for a type of content and this interface. Of a removed object
    ``object`` is what was removed; of a comment, the comment; of a user, a group or a
    membership, a tuple with a ``kind`` and the ids.

    If a subscriber fails the entry is not recorded: it may have wanted to object.
    """

    entry = Attribute(
        """The :class:`~collective.appendonly.entry.Entry`. Another one may be assigned."""
    )

    def veto():
        """Keep the entry out of the log."""

    def enrich(**details):
        """Add *details* to the entry: JSON values, kept as ``entry.details``."""


SETTINGS_PREFIX = "collective.appendonly"

#: Who may read the activity at all. What they then see follows from the permissions.
AUDIENCES = OpenVocabulary(
    [
        SimpleTerm(
            "members", "members", _("Members, as far as they may view activity")
        ),
        SimpleTerm("everybody", "everybody", _("Everybody, visitors included")),
        SimpleTerm(
            "nobody", "nobody", _("Nobody: activity is recorded, but not shown")
        ),
    ]
)

#: Where the viewlet is shown.
PLACES = OpenVocabulary(
    [
        SimpleTerm("site", "site", _("On the home page: what happened on the site")),
        SimpleTerm(
            "folders", "folders", _("On folders: what happened there and below")
        ),
        SimpleTerm("pages", "pages", _("On everything else: what happened to it")),
    ]
)

_known_action = listed_in("collective.appendonly.actions")
_known_type = listed_in("collective.appendonly.types")


class IActivitySettings(model.Schema):
    """The settings of a site: records of its registry, with the prefix SETTINGS_PREFIX."""

    actions_left_out = Set(
        title=_("Actions left out"),
        description=_("What is ticked here is not recorded."),
        value_type=Choice(
            vocabulary="collective.appendonly.actions", constraint=_known_action
        ),
        constraint=each(_known_action),
        default={"reordered", *PEOPLE_ACTIONS},
        missing_value=set(),
        required=False,
    )

    types_left_out = Set(
        title=_("Types left out"),
        description=_("Nothing is recorded of content of these types."),
        value_type=Choice(
            vocabulary="collective.appendonly.types", constraint=_known_type
        ),
        constraint=each(_known_type),
        default=set(),
        missing_value=set(),
        required=False,
    )

    paths_left_out = Tuple(
        title=_("Paths left out"),
        description=_(
            "Nothing is recorded of what is there or below. One path per line, as seen from"
            " the site: /news/archive"
        ),
        value_type=TextLine(constraint=is_path),
        constraint=each(is_path),
        default=(),
        missing_value=(),
        required=False,
    )

    users_left_out = Tuple(
        title=_("Users left out"),
        description=_(
            "Nothing is recorded of what they do: robots, imports. One user id per line."
        ),
        value_type=TextLine(constraint=is_user_id),
        constraint=each(is_user_id),
        default=(),
        missing_value=(),
        required=False,
    )

    silent_changes = Bool(
        title=_("Record changes that Plone tells nobody of"),
        description=_(
            "Tags, dates and other properties changed in folder contents, and changes made by"
            " scripts, are noticed when the catalog is brought up to date."
        ),
        default=True,
        required=False,
    )

    model.fieldset(
        "reading",
        label=_("Who sees it, and where"),
        fields=[
            "audience",
            "people_pages",
            "viewlet_places",
            "viewlet_lines",
            "digests",
        ],
    )

    audience = Choice(
        title=_("Who may read the activity"),
        description=_(
            "They see only what happened to content that they may see. Visitors read the names"
            " of people only if they may read who wrote a page: see the security settings."
        ),
        vocabulary=AUDIENCES,
        constraint=listed_in(AUDIENCES),
        default="members",
    )

    people_pages = Bool(
        title=_("Show what people did on pages of their own"),
        description=_(
            "Everybody who may read the activity, and the names in it, then finds all that"
            " one person did gathered in one place. Otherwise only those who may list the"
            " members of the site can look others up. Changes to content that somebody may"
            " not see stay hidden from them in any case."
        ),
        default=False,
        required=False,
    )

    viewlet_places = Set(
        title=_("Where recent activity is shown"),
        description=_("Below the content. Tick nothing to show it nowhere."),
        value_type=Choice(vocabulary=PLACES, constraint=listed_in(PLACES)),
        constraint=each(listed_in(PLACES)),
        default={"site", "folders"},
        missing_value=set(),
        required=False,
    )

    viewlet_lines = Int(
        title=_("Lines of recent activity"),
        description=_("How many changes are shown there, at most."),
        default=8,
        **between(1, 50),
    )

    digests = Bool(
        title=_("Offer digests by mail"),
        description=_(
            "Members may let themselves be told daily or weekly what happened. They are told only"
            " what they may see, and nothing where nothing happened. The maintenance sends"
            " the mails."
        ),
        default=True,
        required=False,
    )

    model.fieldset(
        "keeping",
        label=_("How long it is kept"),
        fields=["retention_days", "retention_entries", "erase_deleted_users"],
    )

    retention_days = Int(
        title=_("Keep for this many days"),
        description=_(
            "What is older is discarded by the maintenance. 0 keeps everything for ever."
        ),
        default=0,
        **between(0, 36_500),
    )

    retention_entries = Int(
        title=_("Keep this many changes"),
        description=_(
            "The oldest ones beyond that number are discarded by the maintenance. 0 means no"
            " limit."
        ),
        default=0,
        **between(0, 1_000_000_000),
    )

    erase_deleted_users = Bool(
        title=_("Erase people whose account is deleted"),
        description=_(
            "The maintenance replaces their id by a meaningless one wherever it is in the"
            " log. What they did stays."
        ),
        default=False,
        required=False,
    )

    model.fieldset(
        "stack",
        label=_("The stack"),
        description=_(
            "The newest changes are kept in one record, which every edit writes anew; all"
            " others in an archive. The sizes may be changed at any time: what no longer fits"
            " goes to the archive."
        ),
        fields=["window_layers", "window_length"],
    )

    window_layers = Int(
        title=_("Layers of the stack"),
        description=_("Two are enough for most sites."),
        default=2,
        **between(2, 20),
    )

    window_length = Int(
        title=_("Changes per layer"),
        description=_(
            "With more of them each edit writes more, and archives less often."
        ),
        default=8,
        **between(2, 100),
    )
