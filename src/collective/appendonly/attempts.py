"""Work that is committed at once, and tried again when it conflicts with an edit."""

from collections.abc import Callable
from transaction.interfaces import TransientError
from typing import TypeVar

import transaction


Result = TypeVar("Result")

#: An edit takes milliseconds, and so does what is tried again here.
ATTEMPTS = 10


def commit_attempts(
    work: Callable[[], Result], commit: Callable[[], None] = transaction.commit
) -> Result:
    """Call *work*, commit, and return what it returned.

    After a conflict both are called again, up to ATTEMPTS times in all, so *work* reads anew
    whatever it builds on. The last conflict is raised. The transaction is the thread's own.
    """
    for left in reversed(range(ATTEMPTS)):
        try:
            result = work()
            commit()
            return result
        except TransientError:
            transaction.abort()
            if not left:
                raise
