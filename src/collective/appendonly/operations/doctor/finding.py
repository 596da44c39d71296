"""The deployment that the doctor checks, and the finding of a check."""

from collective.appendonly.operations import installed_log
from collective.appendonly.operations.doctor.conflict_test import ConflictTest
from collective.appendonly.operations.doctor.conflict_test import storage_kind
from collective.appendonly.presentation.times import Times
from collective.appendonly.settings import activity_settings
from collective.appendonly.settings import ActivitySettings
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property


class Status(Enum):
    """The status of a finding. The values appear in JSON, and stay the same."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """The result of a check, in texts to be translated.

    ``recommendation`` is empty if there is nothing to do.
    """

    name: str
    title: str
    status: Status
    message: str
    recommendation: str = ""
    details: tuple[str, ...] = ()

    @property
    def needs_attention(self) -> bool:
        """Whether a site administrator or an operator should act on it."""
        if self.status is Status.UNKNOWN:
            return bool(self.recommendation)
        return self.status is not Status.GOOD


@dataclass(frozen=True)
class Deployment:
    """The current *site* at the time *now*, with its last conflict test, if there is one.

    At most *layers* layers of the archive are read.
    """

    site: object
    now: datetime
    conflict_test: ConflictTest | None
    layers: int

    @cached_property
    def log(self):
        """The log. Raises :class:`~collective.appendonly.operations.NotInstalled`."""
        return installed_log()

    @property
    def database(self):
        return self.site._p_jar.db()

    @cached_property
    def storage(self) -> str:
        return storage_kind(self.database)

    @cached_property
    def settings(self) -> ActivitySettings:
        return activity_settings()

    def moment(self, time: datetime) -> str:
        """Return date and time in the format of the user."""
        return Times(self.site, self.site.REQUEST).moment(time)
