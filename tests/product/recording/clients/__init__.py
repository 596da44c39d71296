"""Clients of a site: one class for each kind of client, one method for each action."""

from .api import ApiClient
from .classic import ClassicClient
from .contents import ContentsClient
from .rest import RestClient

import pytest


CLIENTS = {
    "api": ApiClient,
    "rest": RestClient,
    "classic": ClassicClient,
    "contents": ContentsClient,
}


def each(*names):
    """Return clients as parameters of a test, by default all.

    Requests take most of the time, so "make test-all" has them.
    """
    return [
        pytest.param(name, marks=() if name == "api" else pytest.mark.large)
        for name in names or CLIENTS
    ]
