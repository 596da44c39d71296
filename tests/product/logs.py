"""Logs without a site."""

from collective.appendonly.log import ActivityLog


class LogWithoutSite(ActivityLog):
    """A log whose stack and archive are not a site's."""

    def __init__(self, stack, archive):
        super().__init__()
        self._structures = stack, archive

    stack = property(lambda self: self._structures[0])
    archive = property(lambda self: self._structures[1])
