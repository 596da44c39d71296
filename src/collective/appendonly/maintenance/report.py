"""What a maintenance did, and how it is said."""

from collective.appendonly.i18n import _
from collective.appendonly.maintenance.claim import SomebodyAtWork
from typing import NamedTuple
from zope.i18nmessageid import Message


class Failure(NamedTuple):
    """A step that failed, by its name, and the error."""

    step: str
    error: str


class Report(NamedTuple):
    """What a maintenance did."""

    #: How many change sets were discarded.
    discarded: int = 0
    #: How many people were erased, and in how many change sets something was replaced.
    people: int = 0
    changed: int = 0
    #: How many people still wait, as there are change sets that could not be read.
    waiting: int = 0
    #: How many digest mails were sent, and how many could not be.
    sent: int = 0
    unsent: int = 0
    #: What could not be done.
    failed: tuple[Failure, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing of what was to be done is left."""
        return not (self.waiting or self.unsent or self.failed)

    @property
    def numbers(self) -> dict[str, int]:
        """All but what failed, by the names above."""
        numbers = self._asdict()
        del numbers["failed"]
        return numbers


_FAILED = {
    "retention": _("There was an error in discarding what is too old."),
    "erasures": _("There was an error in erasing people."),
    "digests": _("There was an error in sending digests."),
}


def sentences(report: Report) -> list[Message]:
    """Return what a maintenance did, in sentences for people."""
    said = []
    numbers = {name: str(number) for name, number in report.numbers.items()}
    if report.waiting:
        said.append(
            _(
                "sentence_maintenance_waiting",
                default=(
                    "Change sets discarded: ${discarded}; people who still have to be erased,"
                    " as part of the log was written by a later version of the add-on:"
                    " ${waiting}."
                ),
                mapping=numbers,
            )
        )
    elif report.discarded or report.people:
        said.append(
            _(
                "sentence_maintenance_done",
                default="Change sets discarded: ${discarded}; people erased: ${people}.",
                mapping=numbers,
            )
        )
    if report.sent:
        said.append(
            _(
                "sentence_maintenance_sent",
                default="Digest mails sent: ${sent}.",
                mapping=numbers,
            )
        )
    if report.unsent:
        said.append(
            _(
                "sentence_maintenance_unsent",
                default="Digest mails that could not be sent: ${unsent}.",
                mapping=numbers,
            )
        )
    said += [_FAILED[failure.step] for failure in report.failed]
    if report.failed:
        said.append(_("See the log of the server."))
    return said or [
        _("There was nothing to discard, nobody to erase, and nothing to send.")
    ]


def sentence_at_work(somebody: SomebodyAtWork) -> Message:
    """Return who is at work, as a sentence for people."""
    at_work = somebody.at_work
    return _(
        "sentence_maintenance_at_work",
        default=(
            "Another maintenance (process ${process} of ${host}) has been at work since"
            " ${since} UTC. Nothing is left to do here."
        ),
        mapping={
            "process": str(at_work.process),
            "host": at_work.host,
            "since": f"{at_work.since:%Y-%m-%d %H:%M}",
        },
    )
