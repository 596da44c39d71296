"""Errors and conflicts of work that is done beside an edit, or apart from edits."""

from collections.abc import Callable
from traceback import walk_tb
from transaction.interfaces import TransientError
from typing import Any
from typing import TypeVar

import logging
import transaction


logger = logging.getLogger(__name__)

#: How often work is attempted. Like an edit, an attempt takes milliseconds.
ATTEMPTS = 10

Result = TypeVar("Result")


# The causes of errors that this process has logged.
_logged: set[tuple] = set()


class errors_logged:
    """Log errors in the ``with`` block, so that they stop neither an edit nor a page.

    *message*, with *args*, is logged with a traceback. With *once*, for what is asked again and
    again, it is only logged for the first of each cause in the life of a process: the message, the
    type of the exception, and the line that raised it. Conflicts are not caught, since the
    publisher retries the request.
    """

    # A class: of a generator, entering and leaving takes three times as long.

    def __init__(self, message: str, *args: Any, once: bool = False):
        self._asked = message, args, once

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, traceback) -> bool:
        # Others, such as KeyboardInterrupt, are no errors.
        if not isinstance(error, Exception) or isinstance(error, TransientError):
            return False
        _log(error, *self._asked)
        return True


def _log(error: Exception, message: str, args: tuple, once: bool) -> None:
    [*_, (frame, line)] = walk_tb(error.__traceback__)
    cause = message, type(error), frame.f_code.co_filename, line
    if not once or cause not in _logged:
        _logged.add(cause)
        logger.exception(message, *args)


def answer(
    question: Callable[..., Result], obj: Any, *args: Any, otherwise: Any = None
) -> Result | Any:
    """Return ``question(obj, *args)``, or *otherwise* if that raises an error, which is logged.

    Objects can be damaged, and plugins broken. What else is known must not be lost with it.
    Conflicts are not caught.
    """
    # Edits ask many of them: a context manager would take longer than most answers.
    try:
        return question(obj, *args)
    except TransientError:
        raise
    except Exception as error:
        message = "%s of %r could not be found out."
        _log(error, message, (question.__name__, obj), once=False)
    return otherwise


def commit_attempts(
    work: Callable[[], Result], commit: Callable[[], None] | None = None
) -> Result:
    """Call *work*, commit, and return the result of *work*.

    After a conflict it is called again, up to ATTEMPTS times in all. The last conflict is raised.
    Each attempt begins a transaction: uncommitted changes of the caller are lost. *commit* is
    called in the place of ``transaction.commit``.
    """
    for attempt in transaction.manager.attempts(ATTEMPTS):
        with attempt:
            result = work()
            if commit is not None:
                commit()
    return result
