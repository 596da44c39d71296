"""Checks whether concurrent edits are merged, and by which process."""

from collective.appendonly.i18n import _
from collective.appendonly.operations.doctor.conflict_test import Outcome
from collective.appendonly.operations.doctor.conflict_test import RELSTORAGE
from collective.appendonly.operations.doctor.conflict_test import resolving_storage
from collective.appendonly.operations.doctor.conflict_test import ZEO
from collective.appendonly.operations.doctor.finding import Deployment
from collective.appendonly.operations.doctor.finding import Finding
from collective.appendonly.operations.doctor.finding import Status
from functools import partial
from ZODB.ConflictResolution import ConflictResolvingStorage


_of_conflicts = partial(Finding, "conflicts", _("Concurrent edits"))

CHECK_NOW = _("Check now, or run “activitylog doctor” in a shell.")


def check_conflicts(deployment: Deployment) -> Finding:
    """Report the last conflict test, if it used the same kind of storage."""
    test = deployment.conflict_test
    if test is None:
        return _of_conflicts(
            Status.UNKNOWN,
            _("It has not been checked yet whether concurrent edits are merged."),
            # No site has been checked when it is new.
            details=(CHECK_NOW,),
        )
    time = {"time": deployment.moment(test.time)}
    if test.storage != deployment.storage:
        return _of_conflicts(
            Status.UNKNOWN,
            _(
                "At the last check (${time}), the database used another storage.",
                mapping=time,
            ),
            CHECK_NOW,
        )
    if test.outcome is Outcome.MERGED:
        return _of_conflicts(
            Status.GOOD,
            _(
                "At the last check (${time}), two concurrent changes to the log were"
                " merged.",
                mapping=time,
            ),
        )
    if test.outcome is Outcome.REFUSED:
        return _of_conflicts(
            Status.BAD,
            _(
                "At the last check (${time}), two concurrent changes to the log"
                " conflicted. When two users save at the same time, one request is"
                " retried or fails with a ConflictError. Nothing is lost.",
                mapping=time,
            ),
            _recommendation_for_refusal(deployment),
        )
    if test.outcome is Outcome.WRONG:
        return _of_conflicts(
            Status.BAD,
            _(
                "At the last check (${time}), two concurrent changes to the log were"
                " committed, but not merged correctly.",
                mapping=time,
            ),
            _(
                "Install the same version of collective.appendonly on the database"
                " server as in this process, and restart the server. Then run"
                " “activitylog verify”."
            ),
        )
    return _of_conflicts(
        Status.UNKNOWN,
        _(
            "It could not be checked whether concurrent edits are merged: ${error}",
            mapping={"error": test.error},
        ),
        _("Fix the reported error and check again."),
    )


def _recommendation_for_refusal(deployment):
    if deployment.storage == ZEO:
        return _("See the finding “Database server”.")
    storage = resolving_storage(deployment.database)
    if isinstance(storage, ConflictResolvingStorage):
        return _(
            "Conflicts should be resolved in this process. Set the logger"
            " ZODB.ConflictResolution to DEBUG and check again: the log of the process"
            " then shows why they are not."
        )
    return _(
        "The storage ${storage} does not resolve conflicts. Use FileStorage, ZEO"
        " or RelStorage.",
        mapping={"storage": storage.__class__.__name__},
    )


_of_server = partial(Finding, "server", _("Database server"))


def check_server(deployment: Deployment) -> Finding:
    """Report which process resolves conflicts, and whether a ZEO server is able to."""
    if deployment.storage == RELSTORAGE:
        return _of_server(
            Status.GOOD,
            _(
                "RelStorage resolves conflicts in this process, where the package is"
                " installed. The database server does not need the package."
            ),
        )
    if deployment.storage != ZEO:
        return _of_server(
            Status.GOOD,
            _("Not applicable: this Zope process opens the database directly."),
        )
    return _zeo_server(deployment)


def _zeo_server(deployment):
    test = deployment.conflict_test
    conclusive = (Outcome.MERGED, Outcome.REFUSED)
    if not test or test.storage != ZEO or test.outcome not in conclusive:
        return _of_server(
            Status.UNKNOWN,
            _(
                "Only a check shows whether the ZEO server can merge changes to the log."
            ),
            CHECK_NOW,
        )
    if test.outcome is Outcome.REFUSED and not test.here:
        return _of_server(
            Status.BAD,
            _(
                "The ZEO server could not resolve the conflict because it cannot import"
                " collective.appendonly."
            ),
            _(
                "Install collective.appendonly in the environment of the ZEO server,"
                " without extras, and restart the server. This does not install Plone;"
                " conflict resolution only needs ZODB."
            ),
        )
    if test.here:
        return _of_server(
            Status.GOOD,
            _(
                "The ZEO server leaves conflict resolution to its clients"
                " (client-conflict-resolution), so it does not need the package."
            ),
            _(
                "If very many users edit at the same time, move conflict resolution to"
                " the server: install collective.appendonly there, without extras, and"
                " remove client-conflict-resolution from its configuration."
            ),
        )
    return _of_server(
        Status.GOOD,
        _(
            "The ZEO server has collective.appendonly installed and resolves"
            " conflicts with it."
        ),
    )
