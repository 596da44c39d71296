"""Test layers beside those of the product."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def standing(*layers) -> Iterator:
    """Set *layers* up, each on top of the one before, and give the last one."""
    for layer in layers:
        layer.setUp()
    yield layers[-1]
    for layer in reversed(layers):
        layer.tearDown()


@contextmanager
def one_test(layer) -> Iterator:
    """Give *layer*, for one test."""
    layer.testSetUp()
    yield layer
    layer.testTearDown()
