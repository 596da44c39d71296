"""The OpenAPI description of the services, checked against their responses."""

from functools import cache
from jsonschema import Draft202012Validator
from pathlib import Path

import json
import re


DESCRIPTION = Path(__file__).parents[3] / "docs" / "openapi.json"
SERVICES = (
    "@activity",
    "@activity-calendar",
    "@activity-changes",
    "@activity-digests",
    "@activity-feeds",
    "@activity-filters",
    "@activity-news",
    "@activity-of",
    "@activity-welcome",
    "@my-activity",
)
# What follows in the URL.
_BELOW = {"@activity-digests": "{digest}", "@activity-of": "{user}"}


@cache
def description():
    return json.loads(DESCRIPTION.read_text("utf-8"))


def validator(schema):
    """Return a validator of *schema*, which may refer to others."""
    components = {"components": description()["components"]}
    return Draft202012Validator(
        {**schema, **components}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def resolved(part):
    """Return *part* of the description, or what it refers to."""
    if "$ref" in part:
        found = description()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return found
    return part


def check(answer, path, method="GET", body=None):
    """Check that an *answer* to a request for *path* is described, and its *body* if accepted."""
    found = re.search(rf"/({'|'.join(SERVICES)})(/[^/?]+)?(\?|$)", path)
    if found is None:
        return
    place = f"/++api++/{found[1]}" + (f"/{_BELOW.get(found[1])}" if found[2] else "")
    operation = description()["paths"].get(place, {}).get(method.lower())
    if operation is None:
        return
    if answer.status_int < 300 and body:
        content = resolved(operation["requestBody"])["content"]
        validator(content["application/json"]["schema"]).validate(json.loads(body))
    response = resolved(operation["responses"][str(answer.status_int)])
    if answer.status_int == 204:
        assert (answer.body, response.get("content")) == (b"", None)
        return
    schema = response["content"][answer.headers["Content-Type"]]["schema"]
    validator(schema).validate(answer.json)
    for name, header in response.get("headers", {}).items():
        validator(header["schema"]).validate(answer.headers[name])
