"""Clients of a site: one class for each kind of client, one method for each action."""

from .api import ApiClient
from .classic import ClassicClient
from .contents import ContentsClient
from .rest import RestClient


CLIENTS = {
    "api": ApiClient,
    "rest": RestClient,
    "classic": ClassicClient,
    "contents": ContentsClient,
}
