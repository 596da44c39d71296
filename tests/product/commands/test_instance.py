"""``bin/instance activitylog``, called as the control script of plone.recipe.zope2instance does."""

from collective.appendonly.commands import instance
from importlib.metadata import entry_points
from types import SimpleNamespace

import os
import pytest
import sys


# What zc.buildout makes of an interpreter takes what follows -c for a file to run.
INTERPRETER = """\
import getopt, sys
options, files = getopt.getopt(sys.argv[1:], "ic:m:")
for option, value in options:
    exec(value)
assert not files
"""


@pytest.fixture
def control(tmp_path):
    """The control script's object, as far as it is promised to commands of other packages."""
    interpreter = tmp_path / "interpreter"
    interpreter.write_text(INTERPRETER)
    conf = tmp_path / "zope.conf"
    conf.write_text("")
    options = SimpleNamespace(
        python=sys.executable,
        interpreter=str(interpreter),
        configfile=str(conf),
        args=(),
    )
    path = os.pathsep.join(sys.path)
    return SimpleNamespace(
        options=options,
        environment=lambda: {**os.environ, "PYTHONPATH": path},
        _exitstatus=0,
    )


@pytest.fixture
def called(control, monkeypatch):
    """Return which arguments a command line hands on, and with which configuration."""

    def called(*words, line=""):
        control.options.args = words
        calls = []

        def call(command, env):
            calls.append((command[-1], env["ZOPE_CONFIG"]))
            return 0

        with monkeypatch.context() as patch:
            patch.setattr(instance.subprocess, "call", call)
            instance.activitylog(control, line)
        [(code, conf)] = calls
        assert conf == control.options.configfile
        return code

    return called


def test_the_control_script_finds_it():
    [point] = entry_points(group="plone.recipe.zope2instance.ctl", name="activitylog")
    assert point.load() is instance.activitylog


def test_arguments_reach_the_command_as_the_shell_has_them(called):
    code = called("activitylog", "--site", "/My Site", "erase", "o'neill", line="…")
    assert "main(['--site', '/My Site', 'erase', \"o'neill\"], prog_name=" in code


def test_arguments_in_a_single_word_are_split(called):
    assert "main(['--site', '/My Site', 'doctor']," in called(
        'activitylog --site "/My Site" doctor'
    )
    assert "main([]," in called("activitylog")


def test_at_the_prompt_of_the_control_script_it_works_too(called):
    code = called(line='--site "/My Site" doctor')
    assert "main(['--site', '/My Site', 'doctor']," in code


@pytest.mark.processes
def test_help_comes_from_the_interpreter_of_the_instance(control, capfd):
    control.options.args = ("activitylog", "--help")
    instance.activitylog(control, "--help")
    assert control._exitstatus == 0
    assert capfd.readouterr().out.startswith(
        "Usage: bin/instance activitylog [OPTIONS]"
    )


@pytest.mark.processes
def test_it_passes_on_its_configuration_and_the_failure(control, capfd):
    control.options.args = ("activitylog", "doctor")
    instance.activitylog(control, "doctor")
    assert control._exitstatus == 2
    assert "Missing option '--site'." in capfd.readouterr().err
