"""The maintenance job: retention, the erasure of users, and digests.

For monitoring: ``last_run(site)`` and ``lock_holder(site)``.
"""

from collective.appendonly.operations.maintenance.lock import AlreadyRunning
from collective.appendonly.operations.maintenance.lock import lock_holder
from collective.appendonly.operations.maintenance.lock import LockHolder
from collective.appendonly.operations.maintenance.lock import LockLost
from collective.appendonly.operations.maintenance.report import Failure
from collective.appendonly.operations.maintenance.report import last_run
from collective.appendonly.operations.maintenance.report import LastRun
from collective.appendonly.operations.maintenance.report import MaintenanceReport
from collective.appendonly.operations.maintenance.run import maintain


__all__ = [
    "lock_holder",
    "LockHolder",
    "LockLost",
    "Failure",
    "last_run",
    "LastRun",
    "maintain",
    "MaintenanceReport",
    "AlreadyRunning",
]
