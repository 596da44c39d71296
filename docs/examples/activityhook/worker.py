"""The worker: ``zconsole run etc/zope.conf worker.py /Plone https://hook.example.org/activity``.

It posts one message after the other, and marks each as delivered once the other server has answered
that it has it. Until then it tries again: after an error, with longer and longer pauses. If it is
killed, the last message may be posted again; none is left out.
"""

from activityhook.queue import mark_delivered
from activityhook.queue import pending
from http.client import HTTPException
from itertools import islice
from time import sleep
from urllib.request import Request
from urllib.request import urlopen
from zope.component.hooks import setSite

import logging
import sys
import transaction


logger = logging.getLogger("activityhook")

#: How many messages are read at once.
BATCH = 100
#: How long the other server may take to answer, in seconds.
TIMEOUT = 10
#: How long it pauses when there is nothing to do, and after errors in a row, in seconds.
SHORTEST, LONGEST = 1, 60


def deliver(url: str) -> int:
    """Post all pending messages of the current site to *url*; return their number.

    Commits after each message. Raises OSError or HTTPException if the server cannot be reached, does
    not answer in time, or answers with an error.
    """
    count = 0
    while True:
        # To see what was recorded meanwhile.
        transaction.begin()
        messages = list(islice(pending(), BATCH))
        for message in messages:
            post(url, message.body)
            # A conflict is no reason to post it again.
            for attempt in transaction.manager.attempts():
                with attempt:
                    mark_delivered(message)
            count += 1
        if not messages:
            return count


def post(url: str, body: bytes) -> None:
    """Post *body* to *url*. Raises OSError or HTTPException for any answer but a success."""
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(url, body, headers), timeout=TIMEOUT) as response:
        response.read()


def work(url: str) -> None:
    """Deliver messages until the process is ended."""
    pause = SHORTEST
    while True:
        try:
            deliver(url)
        except (OSError, HTTPException) as error:
            transaction.abort()
            pause = min(2 * pause, LONGEST)
            logger.warning("%s: %s. Next attempt in %s s.", url, error, pause)
        else:
            pause = SHORTEST
        sleep(pause)


if __name__ == "__main__":
    site_path, hook = sys.argv[-2:]
    setSite(app.unrestrictedTraverse(site_path))  # noqa: F821 - zconsole has it
    work(hook)
