"""What is to be forgotten: retention, and the erasure of people."""

from collective.appendonly.maintenance.run import maintain
from collective.appendonly.maintenance.run import Report


__all__ = ["maintain", "Report"]
