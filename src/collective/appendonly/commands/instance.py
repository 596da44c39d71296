"""``bin/instance activitylog``: the command for an instance made by plone.recipe.zope2instance.

The control script of the instance, which loads this module, does not have Plone. So the command
runs in the interpreter of the instance, with its configuration.
"""

import shlex
import subprocess


_CODE = (
    "from collective.appendonly.commands import activitylog as main;"
    " main({arguments!r}, prog_name='bin/instance activitylog')"
)


def activitylog(control, line: str) -> None:
    """activitylog --site /Plone COMMAND -- work on the activity log of a site"""
    options = control.options
    control._exitstatus = subprocess.call(
        [
            *(options.python, options.interpreter, "-c"),
            _CODE.format(arguments=_arguments(options.args, line)),
        ],
        env={**control.environment(), "ZOPE_CONFIG": options.configfile},
    )


def _arguments(words, line: str) -> list[str]:
    """Return the arguments after the name of the command, from the *words* of the shell.

    There are no words at the prompt of the control script, where the user types *line*. From
    another script, name and arguments may come as a single word.
    """
    if not words:
        return shlex.split(line)
    if len(words) == 1:
        words = shlex.split(words[0])
    return list(words[1:])
