"""Negotiation of Activity Streams by the ``Accept`` header.

plone.rest handles requests for ``application/json``. To register another media type there would
change the responses of all of Zope, also in sites without the add-on. So requests to the URL of
this service are marked here.
"""

from collective.appendonly.presentation.activity_streams import CONTEXT
from email.message import Message
from plone.rest.events import mark_as_api_request
from urllib.request import parse_http_list


ACTIVITY_STREAMS = "application/activity+json"
#: An equivalent: https://www.w3.org/TR/activitystreams-core/#media-type
LINKED_DATA = f'application/ld+json; profile="{CONTEXT}"'
JSON = "application/json"
# The maximum length of an Accept header. The parser of the standard library takes the square of
# the time for a longer one, and browsers send 200 characters.
_MAX_LENGTH = 1000


def media_type(request) -> str:
    """Return the one of the three that *request* prefers, JSON by default."""
    chosen, best = JSON, 0.0
    accepted = request.getHeader("Accept") or ""
    if len(accepted) > _MAX_LENGTH:
        return chosen
    for media_range in parse_http_list(accepted):
        header = Message()
        header["Content-Type"] = media_range
        found = _known(header)
        weight = _weight(header)
        if found and weight > best:
            chosen, best = found, weight
    return chosen


def mark_request(event) -> None:
    """Mark a request for Activity Streams as one of the REST API."""
    request = event.request
    if request.get("PATH_INFO", "").rstrip("/").endswith("/@activity"):
        if media_type(request) != JSON:
            mark_as_api_request(request, JSON)


def _known(header):
    found = header.get_content_type()
    if found in (JSON, ACTIVITY_STREAMS):
        return found
    profile = header.get_param("profile")
    if found == "application/ld+json" and isinstance(profile, str):
        return LINKED_DATA if CONTEXT in profile.split() else None
    return None


def _weight(header):
    try:
        return float(header.get_param("q", "1"))
    except (TypeError, ValueError):
        return 0.0
