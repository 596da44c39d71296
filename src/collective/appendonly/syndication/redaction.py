"""Removal of keys from requests and logs.

The key of a personal feed URL is removed from a request before any other processing. Only the
credentials stay, which cannot be used in its place. Servers that log requests read the URL before
Zope does: their loggers get a filter.
"""

from collective.appendonly.feed.keys import keep_credentials
from collective.appendonly.feed.keys import MAX_LENGTH
from collective.appendonly.feed.keys import PARAMETER
from collective.appendonly.feed.keys import PREFIX
from urllib.parse import unquote

import logging
import re


#: The default names of the request loggers of TransLogger, waitress and gunicorn.
LOGGERS = ("wsgi", "waitress", "gunicorn.access")

#: The replacement of a key.
WITHHELD = "withheld"

# Browsers do not quote any character of a key. Other clients may percent-encode any of them. A text
# is read once: what follows the prefix is taken as a whole, and then looked at.
_MAYBE_KEY = rf"{PREFIX}[\w.%-]+"
_KEY = re.compile(_MAYBE_KEY, re.ASCII)
_KEY_IN_QUERY = re.compile(rf"(?:^|&){PARAMETER}=({_MAYBE_KEY})(?=&|$)", re.ASCII)


def remove_key(event) -> None:
    """Remove the key, if there is one, from a request that is about to be published."""
    request = event.request
    # Zope uses a copy of the environ, and the original when it retries after a conflict.
    for environ in (request.environ, request._orig_env):
        found = _KEY_IN_QUERY.search(environ.get("QUERY_STRING") or "")
        # Percent-encoded, a key is three times as long.
        if found and len(found[1]) <= 3 * MAX_LENGTH and _is_key(found[1]):
            keep_credentials(environ, unquote(found[1]))
        for name, value in environ.items():
            if isinstance(value, str) and PREFIX in value:
                environ[name] = without_keys(value)


def without_keys(text: str) -> str:
    """Replace each key in *text*."""
    return _KEY.sub(lambda run: WITHHELD if _is_key(run[0]) else run[0], text)


def _is_key(run: str) -> bool:
    return len(list(filter(None, unquote(run).split(".")))) > 2


class KeyFilter(logging.Filter):
    """Replaces keys in log messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:
            # The handler reports a record that cannot be formatted.
            return True
        if PREFIX in message:
            record.msg, record.args = without_keys(message), ()
        return True


_FILTER = KeyFilter()


def filter_loggers(event=None) -> None:
    """Add the filter to the request loggers, when the server starts."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
