"""``activitylog doctor``: examine a deployment, and say what helps."""

from collective.appendonly.doctor import check_conflicts
from collective.appendonly.doctor import examine
from collective.appendonly.doctor import Finding
from collective.appendonly.doctor import Verdict
from collective.appendonly.interfaces import IActivityLog
from zope.component import queryUtility
from zope.i18n import translate

import click
import json
import shutil
import textwrap


#: Of the archive, a command may read more than a page does.
LAYERS = 1000

_COLOURS = {
    Verdict.GOOD: "green",
    Verdict.WARNING: "yellow",
    Verdict.BAD: "red",
    Verdict.UNKNOWN: "cyan",
}
_INDENT = 10


@click.command("doctor")
@click.option("--strict", is_flag=True, help="Exit with 1 after a warning, too.")
@click.option("--quiet", is_flag=True, help="Print only what is not good.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option(
    "--read-only",
    is_flag=True,
    help="Write nothing: go by the last conflict that was provoked.",
)
@click.pass_context
def command(context, strict, quiet, as_json, read_only):
    """Examine how well the log is kept here.

    Provokes a conflict, on scratch structures in the root of the database, to see whether two
    edits at the same moment are merged. Looks at the pace of edits, at the maintenance,
    and whatever else there is to know; says what helps. Exits with 1 if something is bad.
    """
    site = context.obj.open()
    if queryUtility(IActivityLog) is None:
        raise click.ClickException(
            "The add-on is not installed in this site. Install it in the add-ons control panel."
        )
    checked = None if read_only else check_conflicts(site)
    findings = examine(site, checked, LAYERS)
    wrong = {Verdict.BAD, Verdict.WARNING} if strict else {Verdict.BAD}
    status = int(any(finding.verdict in wrong for finding in findings))
    if quiet:
        findings = [found for found in findings if found.verdict is not Verdict.GOOD]
    if as_json:
        click.echo(json.dumps(list(map(_as_json, findings)), indent=2))
    elif findings:
        click.echo("\n\n".join(map(_as_text, findings)))
    context.exit(status)


def _as_json(finding: Finding) -> dict:
    return {
        "name": finding.name,
        "title": _english(finding.title),
        "verdict": finding.verdict.value,
        "sentence": _english(finding.sentence),
        "remedy": _english(finding.remedy),
        "details": list(map(_english, finding.details)),
    }


def _as_text(finding: Finding) -> str:
    verdict = finding.verdict.value.ljust(_INDENT)
    # Where there is no terminal, click leaves the colours out.
    marked = click.style(verdict, fg=_COLOURS[finding.verdict], bold=True)
    lines = [marked + click.style(_english(finding.title), bold=True)]
    lines += _wrapped(finding.sentence)
    for detail in finding.details:
        lines += _wrapped(detail, "- ")
    if finding.remedy:
        lines += _wrapped(finding.remedy, "> ")
    return "\n".join(lines)


def _wrapped(text: str, mark: str = "") -> list[str]:
    indent = " " * _INDENT
    return textwrap.wrap(
        _english(text),
        width=min(shutil.get_terminal_size().columns, 100),
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_on_hyphens=False,
    )


def _english(text: str) -> str:
    return translate(text, target_language="en")
