"""The state of the log as the control panel shows it: what the doctor finds, for the eye."""

from collective.appendonly.doctor import examine
from collective.appendonly.doctor import Finding
from collective.appendonly.doctor import Verdict
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from typing import NamedTuple


class Look(NamedTuple):
    """How a verdict looks: a word, an icon of Plone's, and a class of Bootstrap's."""

    word: str
    icon: str
    css: str


_LOOKS = {
    Verdict.BAD: Look(_("verdict_bad", default="Bad"), "x-octagon-fill", "danger"),
    Verdict.WARNING: Look(
        _("verdict_warning", default="Warning"), "exclamation-triangle-fill", "warning"
    ),
    Verdict.UNKNOWN: Look(
        _("verdict_unknown", default="Unknown"), "question-circle-fill", "secondary"
    ),
    Verdict.GOOD: Look(
        _("verdict_good", default="Good"), "check-circle-fill", "success"
    ),
}
_WORST_FIRST = list(_LOOKS)


class State:
    """What is found on *site* by reading only, the worst first."""

    def __init__(self, site):
        self.findings: list[Finding] = sorted(
            examine(site), key=lambda finding: _WORST_FIRST.index(finding.verdict)
        )

    @property
    def worst(self) -> Look:
        return self.look(self.findings[0])

    @property
    def is_bad(self) -> bool:
        return self.findings[0].verdict is Verdict.BAD

    @property
    def summary(self) -> str:
        """A sentence on all of them."""
        others = sum(finding.verdict is not Verdict.GOOD for finding in self.findings)
        if not others:
            return _("The log is well.")
        return counted(
            "There is one thing to look at.",
            "There are ${count} things to look at.",
            others,
        )

    def look(self, finding: Finding) -> Look:
        return _LOOKS[finding.verdict]
