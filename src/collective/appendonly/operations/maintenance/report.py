"""The report of a maintenance job: its messages, and its storage as the last run."""

from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.i18n import _
from collective.appendonly.operations.maintenance.lock import AlreadyRunning
from collective.appendonly.operations.maintenance.lock import MAINTENANCE
from datetime import datetime
from typing import Any
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations
from zope.i18nmessageid import Message


class Failure(NamedTuple):
    """A step that failed, by its name, and the error."""

    step: str
    error: str


class MaintenanceReport(NamedTuple):
    """The numbers of a maintenance job. The field names are stored."""

    #: Discarded change sets.
    discarded: int = 0
    #: Change sets whose logins were discarded.
    logins: int = 0
    #: Erased users, and the change sets that were changed for them.
    people: int = 0
    changed: int = 0
    #: Users that could not be erased because a part of the log is unreadable.
    waiting: int = 0
    #: Archived layers that got keys.
    indexed: int = 0
    #: Entries about content that became public by its date.
    published: int = 0
    #: Digests that were sent, and digests that could not be sent.
    sent: int = 0
    unsent: int = 0
    #: Digests that the mail server refused, and those that are paused after several refusals.
    refused: int = 0
    paused: int = 0
    #: The steps that failed.
    failed: tuple[Failure, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Return whether there is nothing left to do."""
        return not (self.waiting or self.unsent or self.failed)

    @property
    def has_done_something(self) -> bool:
        """Return whether anything was done, or failed. Paused digests are paused every night."""
        return any(self._replace(paused=0))

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers by field name."""
        numbers = self._asdict()
        del numbers["failed"]
        return numbers


# The numbers with a message of their own, in the order of the messages.
_COUNTED = {
    "logins": _("sentence_maintenance_logins", default="Logins discarded: ${logins}."),
    "indexed": _("sentence_maintenance_indexed", default="Layers indexed: ${indexed}."),
    "published": _(
        "sentence_maintenance_published",
        default="Publications by date recorded: ${published}.",
    ),
    "sent": _("sentence_maintenance_sent", default="Digests sent: ${sent}."),
    "unsent": _(
        "sentence_maintenance_unsent",
        default="Digests that could not be sent: ${unsent}.",
    ),
    "refused": _(
        "sentence_maintenance_refused",
        default="Digests that the mail server refused: ${refused}.",
    ),
    "paused": _(
        "sentence_maintenance_paused",
        default="Digests that are paused after several refusals: ${paused}.",
    ),
}
_FAILED = {
    "retention": _("An error occurred while discarding old changes."),
    "logins": _("An error occurred while discarding old logins."),
    "erasures": _("An error occurred while erasing users."),
    "index": _("An error occurred while indexing old changes."),
    "publications": _("An error occurred while recording publications by date."),
    "digests": _("An error occurred while sending digests."),
}


def messages(report: MaintenanceReport) -> list[Message]:
    """Return the messages that describe a maintenance job."""
    found = []
    numbers = {name: str(number) for name, number in report.numbers.items()}
    if report.waiting:
        found.append(
            _(
                "sentence_maintenance_waiting",
                default=(
                    "Change sets discarded: ${discarded}; users still to be erased because"
                    " part of the log cannot be read: ${waiting}."
                ),
                mapping=numbers,
            )
        )
    elif report.discarded or report.people:
        found.append(
            _(
                "sentence_maintenance_done",
                default="Change sets discarded: ${discarded}; users erased: ${people}.",
                mapping=numbers,
            )
        )
    found += [
        Message(text, mapping=numbers)
        for name, text in _COUNTED.items()
        if getattr(report, name)
    ]
    found += [_FAILED[failure.step] for failure in report.failed]
    if report.failed:
        found.append(_("See the server log."))
    return found or [_("There was nothing to do.")]


def message_already_running(running: AlreadyRunning) -> Message:
    """Return the message that names the running job."""
    holder = running.holder
    return _(
        "sentence_maintenance_busy",
        default=(
            "Another maintenance job (process ${process} on ${host}) has been"
            " running since ${since} UTC, so this one has done nothing."
        ),
        mapping={
            "process": str(holder.process),
            "host": holder.host,
            "since": f"{holder.since:%Y-%m-%d %H:%M}",
        },
    )


class LastRun(NamedTuple):
    """A maintenance job that has ended.

    ``failed`` names the steps that failed: ``retention``, ``logins``, ``erasures``,
    ``index``, ``publications``, ``digests``. A job that ``is_interrupted`` has not run all of them. ``report`` has the numbers; the errors are only
    in the server log.
    """

    began: datetime
    ended: datetime
    is_interrupted: bool
    failed: tuple[str, ...]
    report: MaintenanceReport

    @property
    def went_well(self) -> bool:
        """Return whether all steps were done."""
        return not (self.is_interrupted or self.failed)


def last_run(site) -> LastRun | None:
    """Return the last maintenance job of *site* that has ended, None if there is none.

    A job whose process was killed is not recorded. For the running job see
    :func:`~collective.appendonly.operations.maintenance.lock_holder`. Writes nothing.
    """
    last = IAnnotations(site).get(MAINTENANCE, {}).get("last")
    if last is None:
        return None
    # A later version may have stored other numbers.
    numbers = {
        name: last["numbers"].get(name, 0) for name in MaintenanceReport().numbers
    }
    return LastRun(
        began=from_milliseconds(last["began"]),
        ended=from_milliseconds(last["ended"]),
        is_interrupted=last["interrupted"],
        failed=tuple(last["failed"]),
        report=MaintenanceReport(**numbers),
    )


def as_builtins(
    began: datetime, ended: datetime, is_interrupted: bool, report: MaintenanceReport
) -> dict[str, Any]:
    """Return the values that are stored of a maintenance job."""
    return {
        "began": to_milliseconds(began),
        "ended": to_milliseconds(ended),
        "interrupted": is_interrupted,
        "failed": [failure.step for failure in report.failed],
        "numbers": report.numbers,
    }
