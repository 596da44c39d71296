"""Digests: emails about the new activity that a member can view."""

from collective.appendonly.digests.preparing import DigestState
from collective.appendonly.digests.preparing import PreparedDigest
from collective.appendonly.digests.rendering import is_site_url
from collective.appendonly.digests.sending import DigestReport
from collective.appendonly.digests.sending import preview
from collective.appendonly.digests.sending import send_due
from collective.appendonly.digests.subscriptions import forget_actor
from collective.appendonly.digests.subscriptions import forget_member


__all__ = [
    "DigestReport",
    "DigestState",
    "forget_actor",
    "forget_member",
    "is_site_url",
    "PreparedDigest",
    "preview",
    "send_due",
]
