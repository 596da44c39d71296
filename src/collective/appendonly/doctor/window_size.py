"""Whether the window fits the pace of edits.

No pace makes a push conflict: each transaction pushes one change set, and a window takes
``(max_layers - 1) * max_length`` of them from each. So this is about what an edit costs: see
docs/decisions/2026-11-23-window-of-the-log.rst for the figures behind it.
"""

from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.pace import measure_pace
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.doctor.size import measure_size
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.interfaces import IActivitySettings
from functools import partial
from math import ceil


_finding = partial(Finding, "window", _("The stack, and the pace of edits"))

#: An edit of a page writes some 40 KB without us. We want to add less than a fifth to it.
DEAR = 8 * 1024
#: What we want to write.
BUDGET = 4 * 1024
#: A transaction that others overtake by more than a layer archives what they have archived
#: too. Few edits take longer than this many seconds.
EDIT = 1


def examine_window(patient: Patient) -> Finding:
    """Measure pace and sizes, and recommend another length where they ask for one."""
    log = patient.log
    size = measure_size(log)
    pace = measure_pace(log, patient.now, patient.layers)
    if size is None or pace is None:
        return _finding(
            Verdict.UNKNOWN,
            _("Nothing was recorded in the last days, so there is no pace to go by."),
        )
    layers, length = log.stack.max_layers, log.stack.max_length
    written = size.per_push(layers, length)
    details = _details(patient, pace, layers, length, written)
    per_second = pace.in_a_minute / 60
    remedy = written > DEAR and _cheaper(size, layers, length)
    if remedy:
        return _finding(
            Verdict.WARNING,
            _(
                "For each edit the log writes ${size} KB, which is much.",
                mapping={"size": f"{written / 1024:.1f}"},
            ),
            remedy,
            details,
        )
    # One person alone, as a script that commits often, overtakes nobody.
    better = min(ceil(per_second * EDIT), 100)
    if (
        pace.people > 1
        and length < per_second * EDIT
        and size.per_push(layers, better) <= DEAR
    ):
        return _finding(
            Verdict.WARNING,
            _(
                "At the busiest time more is recorded in a second than a layer holds. Then"
                " several edits archive the same layer, each for nothing but one."
            ),
            _set_length(better),
            details,
        )
    return _finding(
        Verdict.GOOD,
        _("The size of the stack fits the pace of edits."),
        details=details,
    )


def _cheaper(size, layers, length):
    """Return which setting makes an edit cheaper, None if none does."""
    few = IActivitySettings["window_layers"].min
    if layers > few and size.per_push(few, length) <= DEAR:
        return _(
            "Set “Layers of the stack” to ${layers}.", mapping={"layers": str(few)}
        )
    better = int((BUDGET / size.item - 1) / (layers - 0.5))
    better = max(better, IActivitySettings["window_length"].min)
    return _set_length(better) if better < length else None


def _set_length(length):
    return _("Set “Changes per layer” to ${length}.", mapping={"length": str(length)})


def _details(patient, pace, layers, length, written):
    lasting = length * 60 / pace.in_a_minute
    return (
        counted(
            "Busiest minute of the last seven days, as far as they were looked at: one edit recorded, ${time}.",
            "Busiest minute of the last seven days, as far as they were looked at: ${count} edits"
            " recorded, ${time}.",
            pace.in_a_minute,
            time=patient.moment(pace.busiest),
        ),
        counted(
            "No pace makes the log refuse an edit: each pushes one change set, and a stack of this"
            " size takes one from each, however many there are.",
            "No pace makes the log refuse an edit: each pushes one change set, and a stack of this"
            " size takes up to ${count} from each, however many there are.",
            (layers - 1) * length,
        ),
        _(
            "A layer lasted ${seconds} seconds at the busiest time. An edit that takes longer"
            " only makes the stack larger for a while.",
            mapping={"seconds": f"{lasting:.1f}" if lasting < 10 else f"{lasting:.0f}"},
        ),
        _(
            "Written per edit: ${size} KB. Layers archived per day: ${layers}.",
            mapping={
                "size": f"{written / 1024:.1f}",
                "layers": f"{pace.per_day / length:.1f}",
            },
        ),
    )
