"""All structures of a site, and the log above all."""

from collections.abc import Callable
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.recording.clock import utc_now
from collective.appendonly.structures.check import problems
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.structures.interfaces import IArchiveLayer
from collective.appendonly.verification.changes import Changes
from collective.appendonly.verification.findings import Findings
from zope.component import getUtilitiesFor
from zope.component import queryAdapter


Progress = Callable[[int, int], None]


def verify(site, log: IActivityLog, progress: Progress | None = None) -> Findings:
    """Return what is wrong with *log*, and with all other declared structures of *site*.

    Of the others' items nothing is known, so their structure is all that is looked at. Writes
    nothing, and keeps a few layers in memory. *progress* is called with the number of
    change sets done, and of all.
    """
    findings = Findings()
    _verify_log(log, findings, progress)
    for name, stack in getUtilitiesFor(IAppendStack, context=site):
        if name != STACK:
            archive = queryAdapter(site, IArchive, name=name)
            _add(findings, f"Stack “{name}”", problems(stack, archive))
    for name, accumulator in getUtilitiesFor(IAccumulator, context=site):
        _add(findings, f"Accumulator “{name}”", problems(accumulator))
    return findings


def _verify_log(log, findings, progress):
    changes = Changes(findings, utc_now())
    total = _length(log)

    def report():
        if progress is not None:
            progress(min(findings.change_sets, total), total)

    def visit(layer: IArchiveLayer) -> None:
        changes.look_at(layer.generation, layer.items)
        report()

    # A stack that is not even one of layers is told of below.
    if not problems(log.stack):
        for generation, items in reversed(list(log.stack.layers())):
            changes.look_at(generation, items)
    report()
    _add(findings, "Log", problems(log.stack, log.archive, visit))
    if progress is not None:
        progress(total, total)


def _length(log) -> int:
    try:
        return len(log)
    except Exception:  # of a damaged one nobody knows
        return 0


def _add(findings, name, sentences):
    findings.structures += 1
    for sentence in sentences:
        findings.add(f"{name}: {sentence}")
