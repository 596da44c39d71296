"""The shell commands of the documentation, parsed by the programs that they call."""

from collective.appendonly.commands.main import main
from importlib.metadata import metadata
from packaging.requirements import Requirement
from pathlib import Path
from unittest.mock import patch
from Zope2.utilities import adduser

import click
import json
import re
import shlex
import zodbupdate.main


ROOT = Path(__file__).parents[3]
OWN = "collective.appendonly"
CONSTRAINTS = r"https://dist\.plone\.org/release/[\w.-]+/constraints\.txt"
ASSIGNMENT = re.compile(r"\w+=")
#: When cron begins a line of a crontab.
CRON = re.compile(r"^([\d*][\d*/,-]* +){5}|^@\w+ +")


def understand(script: str) -> None:
    """Raise an error for an invalid or unknown command of *script*."""
    for line in typed(script):
        for command in re.split(r"\|\|?|&&|;", line):
            words = shlex.split(command, comments=True)
            while words and ASSIGNMENT.match(words[0]):
                words.pop(0)
            if words:
                run(words)


def is_known(script: str) -> bool:
    """Return whether *script* begins with a known command."""
    words = typed(script)[0].split()
    return Path(words[0]).name in PROGRAMS


def typed(script: str) -> list[str]:
    """Return the lines to type. If some have prompts, the others are output."""
    lines = script.replace("\\\n", " ").splitlines()
    prompted = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return prompted or [CRON.sub("", line) for line in lines]


def run(words: list[str]) -> None:
    program, *arguments = words
    name = Path(program).name
    if name not in PROGRAMS:
        raise LookupError(
            f"Nothing checks commands of {program!r}. Teach them to"
            " tests/product/documentation/shell.py."
        )
    redirected = [n for n, word in enumerate(arguments) if re.match(r"\d?[<>]", word)]
    PROGRAMS[name](arguments[: redirected[0]] if redirected else arguments)


def activitylog(arguments: list[str]) -> None:
    """Parse the line with click, with all commands and options."""
    for value in arguments:
        # Create all named files, such as zope.conf.
        if re.fullmatch(r"[\w./-]+\.(conf|jsonl|csv)", value):
            file = Path.cwd() / value.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    arguments = [
        value.removeprefix("/") if ".conf" in value else value for value in arguments
    ]
    command, name, context = main, "activitylog", None
    while True:
        context = command.make_context(name, arguments, parent=context)
        if not isinstance(command, click.Group):
            return
        rest = [*context._protected_args, *context.args]
        name, command, arguments = command.resolve_command(context, rest)


def addzopeuser(arguments: list[str]) -> None:
    """Parse the line with Zope, without a database."""
    with patch.object(adduser, "ZopeFinder"):
        adduser.main(["addzopeuser", *arguments])


def instance(arguments: list[str]) -> None:
    """A command of plone.recipe.zope2instance; it knows the configuration."""
    command, *rest = arguments
    assert command in ("activitylog", "debug", "fg", "run", "start"), command
    if command == "activitylog":
        activitylog(["--conf", "zope.conf", *rest])


def make(arguments: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    named = [argument for argument in arguments if "=" not in argument]
    assert named and set(named) <= set(targets), f"make has no target {named}."


def npm(arguments: list[str]) -> None:
    package = ROOT / "frontend" / "packages" / "volto-appendonly" / "package.json"
    own = json.loads(package.read_text("utf-8"))["name"]
    assert arguments == ["install", own], arguments


def pip(arguments: list[str]) -> None:
    command, *names = arguments
    assert command == "install", f"pip {command}?"
    if names[0] == "--upgrade":
        names.pop(0)
    if "-c" in names:
        _, constraints = names[names.index("-c") :]
        assert re.fullmatch(CONSTRAINTS, constraints), constraints
        names = names[: names.index("-c")]
    if [Path(name).parent for name in names] == [Path("docs/examples")]:
        # One of the examples: test_control_panel.py installs it.
        assert (ROOT / names[0] / "pyproject.toml").exists(), names
        return
    requirements = list(map(Requirement, names))
    assert OWN in [requirement.name for requirement in requirements], arguments
    for requirement in requirements:
        extras = metadata(requirement.name).get_all("Provides-Extra", [])
        assert requirement.extras <= set(extras), requirement


def python(arguments: list[str]) -> None:
    """A new virtual environment."""
    option, module, *folder = arguments
    assert (option, module) == ("-m", "venv"), arguments
    assert len(folder) == 1


def update(arguments: list[str]) -> None:
    zodbupdate.main.parser.parse_args(arguments)


def zconsole(arguments: list[str]) -> None:
    """A script in Zope's console: one of the examples."""
    command, conf, script, *_ = arguments
    assert (command, Path(conf).name) == ("run", "zope.conf"), arguments
    assert (ROOT / script).is_file(), script


def logger(arguments: list[str]) -> None:
    """Standard input goes to syslog."""
    assert arguments[0] == "--tag", arguments


PROGRAMS = {
    "activitylog": activitylog,
    "addzopeuser": addzopeuser,
    "instance": instance,
    "logger": logger,
    "make": make,
    "npm": npm,
    "pip": pip,
    "python3": python,
    "zconsole": zconsole,
    "zodbupdate": update,
}
