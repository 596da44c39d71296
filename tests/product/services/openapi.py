"""The OpenAPI description of the services, checked against their responses."""

from functools import cache
from jsonschema import Draft202012Validator
from pathlib import Path

import json


DESCRIPTION = Path(__file__).parents[3] / "docs" / "openapi.json"
SERVICES = ("@activity", "@activity-news", "@activity-changes")


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


def check(answer, path):
    """Check that an *answer* to a GET of *path* is described."""
    service = path.partition("?")[0].rpartition("/")[2]
    if service not in SERVICES:
        return
    described = description()["paths"][f"/++api++/{service}"]["get"]["responses"]
    response = resolved(described[str(answer.status_int)])
    schema = response["content"][answer.headers["Content-Type"]]["schema"]
    validator(schema).validate(answer.json)
    for name, header in response.get("headers", {}).items():
        validator(header["schema"]).validate(answer.headers[name])
