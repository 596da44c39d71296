"""Filling a log with older entries in batches, while users go on working.

The entries are collected in an archive of its own, in an annotation of the site. Each batch is
committed together with its *place*, so an interrupted run continues where it stopped. What the log
has archived is then copied on top, in batches too. The last step, one transaction, adds what is
left of the log, and puts the archive in the place of the former one. No edit has to wait, and until
the end readers see the log as it was.
"""

from collections.abc import Sequence
from collective.appendonly.bulk import Item
from collective.appendonly.feed.accounts import move_accounts
from collective.appendonly.log import STACK
from collective.appendonly.operations import Busy
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import OperationError
from collective.appendonly.structures.archive import Archive
from collective.appendonly.transactions import commit_attempts
from itertools import islice
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


class FillingBusy(FillingError, Busy):
    """The log cannot be filled now, because of other processes."""


class Filling:
    """The work of filling the log of *site*, stored in the annotation *key*."""

    def __init__(self, site, key: str):
        self._annotations = IAnnotations(site)
        self._key = key

    @property
    def is_begun(self) -> bool:
        """Return whether there is work to continue."""
        return self._key in self._annotations

    @property
    def state(self) -> PersistentMapping:
        """The state of the work. Raises :class:`FillingError` if there is none."""
        state = self._annotations.get(self._key)
        if state is None:
            raise FillingError(
                "Another process has filled the activity log of this site, or removed it."
            )
        return state

    def begin(self, is_below: bool = False, **state: Any) -> PersistentMapping:
        """Return the state of the work, *state* if it is new.

        Unless *is_below*, the log has to be empty. Raises :class:`FillingError` if it is not, if
        it has discarded changes, or if it is being filled in another way.
        """
        if not self.is_begun:
            log = installed_log()
            self._check_is_free(log, is_below)
            self._annotations[self._key] = PersistentMapping(
                archive=Archive(),
                first_generation=log.stack.first_generation,
                horizon=log.archive.horizon,
                **state,
            )
        return self.state

    def add(self, items: Sequence[Item], after: Any, place: Any) -> None:
        """Add the *items* between the places *after* and *place* to the archive.

        Raises :class:`FillingError` if another process has added something after *after*.
        """
        state = self.state
        if state["place"] != after:
            raise FillingBusy(
                "Another process is filling the activity log of this site. Wait until it has"
                " finished."
            )
        length = installed_log().stack.max_length
        for start in range(0, len(items), length):
            self._add_layer(items[start : start + length])
        state["place"] = place

    def _add_layer(self, items: Sequence[Item]) -> None:
        state = self.state
        generation = max(state["archive"].generation + 1, state["first_generation"])
        contents = installed_log().contents_of(items)
        state["archive"].addLayer(generation, items, *contents)

    @property
    def layers_left(self) -> int:
        """The number of layers that the log has archived, and :meth:`copy` has not copied."""
        archive = installed_log().archive
        oldest = archive.oldest_generation
        if oldest is None:
            return 0
        return archive.generation + 1 - max(oldest, self._copied + 1)

    @property
    def _copied(self) -> int:
        return self.state.get("copied", -1)

    def copy(self, most: int) -> int:
        """Copy so many layers of the log on top of the archive, and return their number.

        If some are left, they may have been archived meanwhile. :meth:`finish` copies them too.
        """
        state, log, count = self.state, installed_log(), 0
        for layer in islice(log.archive.oldest_first(self._copied + 1), most):
            self._add_layer(layer.items)
            state["copied"] = layer.generation
            count += 1
        # Conflict with an erasure, which would not find the copies of what it has erased meanwhile.
        log._p_jar.readCurrent(log.archive)
        return count

    def finish(self) -> None:
        """Put the log on top of the archive, and commit.

        Raises :class:`FillingError` if that is not possible.
        """
        try:
            obstacle = commit_attempts(self._finish)
        except TransientError as error:
            raise FillingBusy(
                "Everything is collected, but there were too many concurrent edits to add it to"
                f" the activity log. Run the {_COMMANDS[self._key]} again at a quieter time."
                " Only the last step is left."
            ) from error
        if obstacle is not None:
            raise FillingError(f"{obstacle} Nothing was added.")

    def forget(self) -> None:
        """Remove what is collected so far."""
        self._annotations.pop(self._key, None)

    def _check_is_free(self, log, is_below: bool) -> None:
        if is_below and len(log) and log.archive.horizon:
            raise FillingError(
                "The activity log has discarded its oldest changes. What would be added may be even"
                " older."
            )
        if len(log) and not is_below:
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
        state, log, copied = self.state, installed_log(), self._copied
        self.forget()
        if state.get("epoch", log.epoch) != log.epoch:
            return "Another process has filled the activity log in the meantime."
        # An earlier version only began with an empty log.
        if log.archive.horizon > state.get("horizon", state["first_generation"]):
            return (
                "The activity log has discarded its oldest changes in the meantime. The"
                " collected changes may be even older."
            )
        if len(state["archive"]):
            was_empty = not len(log)
            moved = log.rest_on(state["archive"], copied)
            if not was_empty:
                move_accounts(moved)
        return None


def unfinished_archive(site) -> Archive | None:
    """Return the archive of an unfinished backfill or import of *site*, None if there is none."""
    annotations = IAnnotations(site)
    for key in _COMMANDS:
        if key in annotations:
            return annotations[key]["archive"]
    return None
