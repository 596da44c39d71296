"""Digests: mails that tell members daily or weekly what happened, of what they may see."""

from collective.appendonly.digests.drafts import Draft
from collective.appendonly.digests.drafts import State
from collective.appendonly.digests.outside import is_address
from collective.appendonly.digests.sending import preview
from collective.appendonly.digests.sending import Report
from collective.appendonly.digests.sending import send_due
from collective.appendonly.digests.subscriptions import forget_member


__all__ = [
    "Draft",
    "forget_member",
    "is_address",
    "preview",
    "Report",
    "send_due",
    "State",
]
