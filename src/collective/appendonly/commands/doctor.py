"""``activitylog doctor``: check a deployment and recommend actions."""

from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.operations import installed_log
from collective.appendonly.operations.doctor import examine
from collective.appendonly.operations.doctor import Finding
from collective.appendonly.operations.doctor import run_conflict_test
from collective.appendonly.operations.doctor import Status
from zope.i18n import translate

import click
import json
import shutil
import textwrap


#: The number of archived layers to read, more than for a page.
LAYERS = 1000

_COLORS = {
    Status.GOOD: "green",
    Status.WARNING: "yellow",
    Status.BAD: "red",
    Status.UNKNOWN: "cyan",
}
_INDENT = 10


@click.command("doctor")
@click.option("--strict", is_flag=True, help="Exit with 1 after a warning, too.")
@click.option("--quiet", is_flag=True, help="Print only findings that need attention.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option(
    "--read-only",
    is_flag=True,
    help="Write nothing: use the result of the last conflict test.",
)
@click.pass_context
def command(context, strict, quiet, as_json, read_only):
    """Check the deployment and recommend actions.

    Provokes a conflict on scratch structures in the root of the database, to see whether
    concurrent edits are merged. Also checks the edit rate, the maintenance job, the site and its
    email settings. Exits with 1 if a finding is bad.
    """
    with errors_reported("Run the command again."):
        site = context.obj.open()
        installed_log()
        findings = examine(site, None if read_only else run_conflict_test(site), LAYERS)
    failures = {Status.BAD, Status.WARNING} if strict else {Status.BAD}
    is_failure = any(finding.status in failures for finding in findings)
    if quiet:
        findings = [found for found in findings if found.needs_attention]
    if as_json:
        click.echo(json.dumps(list(map(_as_json, findings)), indent=2))
    elif findings:
        click.echo("\n\n".join(map(_as_text, findings)))
    context.exit(ExitCode.FAILED if is_failure else ExitCode.DONE)


def _as_json(finding: Finding) -> dict:
    # The keys are public.
    return {
        "name": finding.name,
        "title": _english(finding.title),
        "verdict": finding.status.value,
        "sentence": _english(finding.message),
        "remedy": _english(finding.recommendation),
        "details": list(map(_english, finding.details)),
    }


def _as_text(finding: Finding) -> str:
    status = finding.status.value.ljust(_INDENT)
    # If there is no terminal, click omits the colors.
    marked = click.style(status, fg=_COLORS[finding.status], bold=True)
    lines = [marked + click.style(_english(finding.title), bold=True)]
    lines += _wrapped(finding.message)
    for detail in finding.details:
        lines += _wrapped(detail, "- ")
    if finding.recommendation:
        lines += _wrapped(finding.recommendation, "> ")
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
