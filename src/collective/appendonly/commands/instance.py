"""``bin/instance activitylog``: the command for an instance made by plone.recipe.zope2instance.

Loaded by the instance's control script, which knows no Plone: all that runs in the instance's
own interpreter, with its configuration.
"""

import shlex
import subprocess


_CODE = (
    "from collective.appendonly.commands.main import main;"
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
    """Return what follows the name of the command: in *words*, those of the shell.

    There are none where somebody types *line* at the prompt of the control script. From another
    script, name and arguments may come as one word.
    """
    if not words:
        return shlex.split(line)
    if len(words) == 1:
        words = shlex.split(words[0])
    return list(words[1:])
