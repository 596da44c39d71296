"""The processor time of each attempt to answer a request that has a kind, with its commit."""

from benchmarks.observer import KIND
from benchmarks.observer.telling import tell
from time import thread_time
from zope.annotation.interfaces import IAnnotations


_BEGAN = "benchmarks.observer.processor"


def begin(event) -> None:
    # Each attempt has a request of its own.
    IAnnotations(event.request)[_BEGAN] = thread_time()


def end(event) -> None:
    kind = event.request.getHeader(KIND)
    if kind:
        seconds = thread_time() - IAnnotations(event.request)[_BEGAN]
        tell(kind=kind, processor=seconds)
