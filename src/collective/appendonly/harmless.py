"""Work beside an edit, which must never stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from transaction.interfaces import TransientError

import logging


logger = logging.getLogger(__name__)


@contextmanager
def harmless(message: str, *args) -> Iterator[None]:
    """Let nothing that goes wrong in the ``with`` block stop the edit it belongs to.

    *message*, with *args*, is logged with a traceback. Only conflicts pass, since they are
    answered by trying again.
    """
    try:
        yield
    except TransientError:
        raise
    except Exception:
        logger.exception(message, *args)
