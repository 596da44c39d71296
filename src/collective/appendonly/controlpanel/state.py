"""The status of the log in the control panel: the findings of the doctor."""

from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.operations.doctor import examine
from collective.appendonly.operations.doctor import Finding
from collective.appendonly.operations.doctor import Status
from typing import NamedTuple


class StatusStyle(NamedTuple):
    """A word, a Plone icon and a Bootstrap class for the status of a finding."""

    word: str
    icon: str
    css: str


_STYLES = {
    Status.BAD: StatusStyle(
        _("verdict_bad", default="Bad"), "x-octagon-fill", "danger"
    ),
    Status.WARNING: StatusStyle(
        _("verdict_warning", default="Warning"), "exclamation-triangle-fill", "warning"
    ),
    Status.UNKNOWN: StatusStyle(
        _("verdict_unknown", default="Unknown"), "question-circle-fill", "secondary"
    ),
    Status.GOOD: StatusStyle(
        _("verdict_good", default="Good"), "check-circle-fill", "success"
    ),
}
_WORST_FIRST = list(_STYLES)


class LogStatus:
    """The findings on *site*, those that need attention first, without the conflict test."""

    def __init__(self, site):
        self.findings: list[Finding] = sorted(
            examine(site),
            key=lambda finding: (
                not finding.needs_attention,
                _WORST_FIRST.index(finding.status),
            ),
        )

    @property
    def worst(self) -> StatusStyle:
        first = self.findings[0]
        # Some things cannot be known yet in a new site.
        return self.style(first) if first.needs_attention else _STYLES[Status.GOOD]

    @property
    def is_bad(self) -> bool:
        return self.findings[0].status is Status.BAD

    @property
    def summary(self) -> str:
        """A sentence about all findings."""
        others = sum(finding.needs_attention for finding in self.findings)
        if not others:
            return _("No problems found.")
        return counted(
            "One finding needs attention.",
            "${count} findings need attention.",
            others,
        )

    def style(self, finding: Finding) -> StatusStyle:
        return _STYLES[finding.status]
