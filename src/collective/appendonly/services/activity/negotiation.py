"""Activity Streams for those who ask for it in the ``Accept`` header.

plone.rest takes ``application/json`` for the sign of a program. Telling it of another media type
would change what such a request gets everywhere in Zope, in sites without the add-on too; so the
sign is given here, for the address of this service alone.
"""

from email.message import Message
from plone.rest.events import mark_as_api_request
from urllib.request import parse_http_list


ACTIVITY_STREAMS = "application/activity+json"
#: Means the same: https://www.w3.org/TR/activitystreams-core/#media-type
LINKED_DATA = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
JSON = "application/json"

_PROFILE = "https://www.w3.org/ns/activitystreams"


def media_type(request) -> str:
    """Return which of the three the client of *request* likes best; JSON if it doesn't say."""
    chosen, best = JSON, 0.0
    for media_range in parse_http_list(request.getHeader("Accept") or ""):
        header = Message()
        header["Content-Type"] = media_range
        found = _known(header)
        weight = _weight(header)
        if found and weight > best:
            chosen, best = found, weight
    return chosen


def mark_request(event) -> None:
    """Let a request that asks for Activity Streams be one of the REST API."""
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
        return LINKED_DATA if _PROFILE in profile.split() else None
    return None


def _weight(header):
    try:
        return float(header.get_param("q", "1"))
    except (TypeError, ValueError):
        return 0.0
