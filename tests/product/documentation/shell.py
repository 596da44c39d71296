"""What the documentation says to type into a shell: read, and understood by who it is for."""

from collective.appendonly.commands.main import main
from importlib.metadata import metadata
from packaging.requirements import Requirement
from pathlib import Path

import click
import re
import shlex
import zodbupdate.main


ROOT = Path(__file__).parents[3]
OWN = metadata("collective.appendonly")


def understand(script: str) -> None:
    """Raise an error for a line of *script* that would be refused, or that nobody knows."""
    for line in script.replace("\\\n", " ").splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words:
            program, *arguments = words
            if program not in PROGRAMS:
                raise LookupError(
                    f"Nothing checks lines that begin with {program!r}. Teach it to"
                    " tests/product/documentation/shell.py."
                )
            PROGRAMS[program](arguments)


def activitylog(arguments: list[str]) -> None:
    """Let click parse the line, with the commands and options that there are."""
    for option, value in zip(arguments, arguments[1:], strict=False):
        if option == "--conf":
            Path(value).parent.mkdir(parents=True, exist_ok=True)
            Path(value).touch()
    command, name, context = main, "activitylog", None
    while True:
        context = command.make_context(name, arguments, parent=context)
        if not isinstance(command, click.Group):
            return
        rest = [*context._protected_args, *context.args]
        name, command, arguments = command.resolve_command(context, rest)


def make(arguments: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    named = [argument for argument in arguments if "=" not in argument]
    assert named and set(named) <= set(targets), f"make has no target {named}."


def pip(arguments: list[str]) -> None:
    command, *names = arguments
    assert command == "install", f"pip {command}?"
    for requirement in map(Requirement, names):
        assert requirement.name == OWN["Name"]
        assert requirement.extras <= set(OWN.get_all("Provides-Extra"))


def update(arguments: list[str]) -> None:
    zodbupdate.main.parser.parse_args(arguments)


PROGRAMS = {
    "activitylog": activitylog,
    "make": make,
    "pip": pip,
    "zodbupdate": update,
}
