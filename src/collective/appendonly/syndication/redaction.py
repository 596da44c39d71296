"""Keeps keys of personal addresses out of errors and logs.

A key is taken out of a request before anything else is done with it. What stays is a claim,
which opens nothing. Servers that write a log of requests have read the address before Zope does:
their loggers get a filter.
"""

from collective.appendonly.feed_keys import keep_claim
from collective.appendonly.feed_keys import PREFIX
from urllib.parse import unquote

import logging
import re


#: The parameter of a personal address.
PARAMETER = "key"

#: The loggers of requests: of TransLogger, waitress and gunicorn, as they are called by default.
LOGGERS = ("wsgi", "waitress", "gunicorn.access")

#: What is left of a key.
WITHHELD = "withheld"

# Browsers leave all of a key as it is. Others may write any of its signs with a percent sign.
_DOT = r"(?:\.|%2[Ee])"
_SIGNS = r"[\w%-]+"
_ANY_KEY = rf"{PREFIX}{_DOT}{_SIGNS}{_DOT}{_SIGNS}"
_KEY = re.compile(_ANY_KEY, re.ASCII)
_KEY_IN_QUERY = re.compile(rf"(?:^|&){PARAMETER}=({_ANY_KEY})(?=&|$)", re.ASCII)


def take_key_out(event) -> None:
    """Take the key, if there is one, out of a request that is about to be published."""
    request = event.request
    # Zope works on a copy. The server's own is what it repeats a request with after a conflict.
    for environ in (request.environ, request._orig_env):
        found = _KEY_IN_QUERY.search(environ.get("QUERY_STRING") or "")
        if found:
            keep_claim(environ, unquote(found[1]))
        for name, value in environ.items():
            if isinstance(value, str) and PREFIX in value:
                environ[name] = without_keys(value)


def without_keys(text: str) -> str:
    """Return *text* with a word in place of each key."""
    return _KEY.sub(WITHHELD, text)


class KeyFilter(logging.Filter):
    """Withholds keys in what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:
            # A record that can't be formatted: its handler knows what to say of that.
            return True
        if PREFIX in message:
            record.msg, record.args = without_keys(message), ()
        return True


_FILTER = KeyFilter()


def filter_loggers(event=None) -> None:
    """Let the loggers of requests withhold keys, from the start of the server on."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
