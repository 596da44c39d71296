"""Whether all that a site's log holds is as it should be, from the structures to each entry."""

from collective.appendonly.verification.findings import Findings
from collective.appendonly.verification.site import verify


__all__ = ["Findings", "verify"]
