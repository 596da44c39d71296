"""What is to be done again and again: retention, the erasure of people, and sending digests.

For those who want to know whether it is done: ``last_run(site)`` and ``at_work(site)``.
"""

from collective.appendonly.maintenance.claim import at_work
from collective.appendonly.maintenance.claim import AtWork
from collective.appendonly.maintenance.claim import ClaimLost
from collective.appendonly.maintenance.claim import SomebodyAtWork
from collective.appendonly.maintenance.last_run import last_run
from collective.appendonly.maintenance.last_run import LastRun
from collective.appendonly.maintenance.report import Failure
from collective.appendonly.maintenance.report import Report
from collective.appendonly.maintenance.run import maintain


__all__ = [
    "at_work",
    "AtWork",
    "ClaimLost",
    "Failure",
    "last_run",
    "LastRun",
    "maintain",
    "Report",
    "SomebodyAtWork",
]
