"""Filling an empty log in batches, while users go on working.

The entries are collected in an archive of its own, in an annotation of the site. Each batch is
committed together with its *place*, so an interrupted run continues where it stopped. The last
step, one transaction, puts the activity recorded meanwhile on top of the collected entries.
No edit has to wait, and until the end readers see the log as it was.
"""

from collections.abc import Sequence
from collective.appendonly.bulk import Item
from collective.appendonly.log import STACK
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import OperationError
from collective.appendonly.structures.archive import Archive
from collective.appendonly.transactions import commit_attempts
from persistent.mapping import PersistentMapping
from transaction.interfaces import TransientError
from typing import Any
from zope.annotation.interfaces import IAnnotations


#: The annotations of the site with what is collected so far; see docs/storage-format.rst.
BACKFILL = f"{STACK}.backfill"
IMPORT = f"{STACK}.import"

_COMMANDS = {BACKFILL: "backfill", IMPORT: "import"}


class FillingError(OperationError):
    """The log cannot be filled. It is as it was before."""


class Filling:
    """The work of filling the log of *site*, stored in the annotation *key*."""

    def __init__(self, site, key: str):
        self._annotations = IAnnotations(site)
        self._key = key

    @property
    def state(self) -> PersistentMapping:
        """The state of the work. Raises :class:`FillingError` if there is none."""
        state = self._annotations.get(self._key)
        if state is None:
            raise FillingError(
                "Another process has filled the activity log of this site, or removed it."
            )
        return state

    def begin(self, **state: Any) -> PersistentMapping:
        """Return the state of the work, *state* if it is new.

        Raises :class:`FillingError` for a log that is not empty or is being filled in another way.
        """
        if self._key not in self._annotations:
            log = installed_log()
            self._check_is_free(log)
            self._annotations[self._key] = PersistentMapping(
                archive=Archive(),
                first_generation=log.stack.first_generation,
                **state,
            )
        return self.state

    def add(self, items: Sequence[Item], after: Any, place: Any) -> None:
        """Add the *items* between the places *after* and *place* to the archive.

        Raises :class:`FillingError` if another process has added something after *after*.
        """
        state = self.state
        if state["place"] != after:
            raise FillingError(
                "Another process is filling the activity log of this site. Wait until it has"
                " finished."
            )
        archive, log = state["archive"], installed_log()
        length = log.stack.max_length
        for start in range(0, len(items), length):
            generation = max(archive.generation + 1, state["first_generation"])
            some = items[start : start + length]
            archive.addLayer(generation, some, *log.contents_of(some))
        state["place"] = place

    def finish(self) -> None:
        """Put the log on top of the archive, and commit.

        Raises :class:`FillingError` if that is not possible.
        """
        try:
            obstacle = commit_attempts(self._finish)
        except TransientError as error:
            raise FillingError(
                "Everything is collected, but there were too many concurrent edits to add it to"
                f" the activity log. Run the {_COMMANDS[self._key]} again at a quieter time."
                " Only the last step is left."
            ) from error
        if obstacle is not None:
            raise FillingError(f"{obstacle} Nothing was added.")

    def forget(self) -> None:
        """Remove what is collected so far."""
        self._annotations.pop(self._key, None)

    def _check_is_free(self, log) -> None:
        if len(log):
            raise FillingError(
                f"The activity log already contains changes ({len(log):,}). Only an empty log"
                " can be filled. To start over, uninstall the add-on, which deletes its log,"
                f" install it again, and run the {_COMMANDS[self._key]} at once."
            )
        for key, command in _COMMANDS.items():
            if key in self._annotations:
                raise FillingError(
                    f"An unfinished {command} is filling the activity log. Run the {command}"
                    " again to finish it, or uninstall the add-on to delete what it has"
                    " collected."
                )

    def _finish(self) -> str | None:
        """Remove the work; return why it could not be added to the log."""
        state, log = self.state, installed_log()
        self.forget()
        if state.get("epoch", log.epoch) != log.epoch:
            return "Another process has filled the activity log in the meantime."
        if log.archive.horizon > state["first_generation"]:
            return (
                "The activity log has discarded its oldest changes in the meantime. The"
                " collected changes may be even older."
            )
        if len(state["archive"]):
            log.rest_on(state["archive"])
        return None


def unfinished_archive(site) -> Archive | None:
    """Return the archive of an unfinished backfill or import of *site*, None if there is none."""
    annotations = IAnnotations(site)
    for key in _COMMANDS:
        if key in annotations:
            return annotations[key]["archive"]
    return None
