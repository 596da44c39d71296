"""The OpenAPI description itself. Other tests check that responses match it."""

from collective.appendonly.digests.filters import NAMES
from collective.appendonly.digests.own import MAX_DIGESTS
from collective.appendonly.digests.schedule import FREQUENCIES
from collective.appendonly.digests.subscriptions import Refusal
from collective.appendonly.feed.parameters import LARGEST
from collective.appendonly.feed.parameters import MAX_LENGTH
from collective.appendonly.feed.parameters import MAX_VALUES
from collective.appendonly.feed.parameters import OTHERS
from collective.appendonly.feed.parameters import PARAMETERS
from collective.appendonly.feed.parameters import SIZE
from collective.appendonly.feed.saved import LONGEST_NAME
from collective.appendonly.feed.saved import MOST
from jsonschema import Draft202012Validator
from tests.product.services import openapi

import json
import pytest


def parts(value):
    """Yield all objects in a JSON value."""
    if isinstance(value, dict):
        yield value
        value = value.values()
    if not isinstance(value, str | int | bool | None):
        for inner in value:
            yield from parts(inner)


def test_it_is_written_the_way_json_dumps_writes_it():
    text = json.dumps(openapi.description(), indent=2, ensure_ascii=False)
    assert openapi.DESCRIPTION.read_text("utf-8") == f"{text}\n"


def test_every_reference_leads_somewhere():
    for part in parts(openapi.description()):
        assert openapi.resolved(part) is not None


def test_every_schema_is_one():
    for part in parts(openapi.description()):
        if "schema" in part:
            Draft202012Validator.check_schema(part["schema"])
    for schema in openapi.description()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


#: The services for what members own, and for administrators.
OWN = ("@activity-digests", "@activity-feeds", "@activity-filters", "@activity-welcome")
#: Those about one user.
PERSONAL = ("/++api++/@activity-of/{user}", "/++api++/@my-activity")


def test_all_other_operations_are_gets_with_the_filters_of_the_feed():
    for path, operations in openapi.description()["paths"].items():
        if any(name in path for name in OWN):
            continue
        assert list(operations) == ["get"]
        parameters = map(openapi.resolved, operations["get"]["parameters"])
        names = [parameter["name"] for parameter in parameters]
        assert ("path" in names) == ("{path}" in path)
        if path.endswith("activity-changes"):
            assert set(names) - {"path"} == {"from", "to"}
        elif path in PERSONAL:
            assert set(PARAMETERS) - {"actor", "by"} <= set(names)
        else:
            assert set(PARAMETERS) <= set(names)


def test_operations_on_feed_urls_need_a_login():
    operations = openapi.description()["paths"]["/++api++/@activity-feeds"]
    assert list(operations) == ["get", "post", "delete"]
    for operation in operations.values():
        assert {} not in operation["security"]
        assert {"401", "404"} <= set(operation["responses"])


def test_operations_on_digests_need_a_login():
    found = {
        path: operations
        for path, operations in openapi.description()["paths"].items()
        if "@activity-digests" in path
    }
    assert {path: list(operations) for path, operations in found.items()} == {
        "/++api++/@activity-digests": ["get", "post"],
        "/++api++/{path}/@activity-digests": ["get", "post"],
        "/++api++/@activity-digests/{digest}": ["get", "patch", "delete"],
    }
    for operations in found.values():
        for operation in operations.values():
            assert {} not in operation["security"]
            assert {"401", "403", "404"} <= set(operation["responses"])


def test_operations_on_saved_filters_and_the_note_need_a_login():
    found = {
        path: operations
        for path, operations in openapi.description()["paths"].items()
        if path.endswith(("@activity-filters", "@activity-welcome"))
    }
    assert {path: list(operations) for path, operations in found.items()} == {
        "/++api++/@activity-filters": ["get", "post", "delete"],
        "/++api++/{path}/@activity-filters": ["get", "post", "delete"],
        "/++api++/@activity-welcome": ["get", "delete"],
    }
    for operations in found.values():
        for operation in operations.values():
            assert {} not in operation["security"]
            assert {"401", "404"} <= set(operation["responses"])


def test_digests_are_described_as_in_the_code():
    schemas = openapi.description()["components"]["schemas"]
    filters = schemas["DigestFilters"]["properties"]
    assert list(filters) == list(NAMES)
    for name in ("actions", "types"):
        assert filters[name]["maxItems"] == MAX_VALUES
        assert filters[name]["items"]["maxLength"] == MAX_LENGTH
    assert schemas["Frequency"]["enum"] == list(FREQUENCIES)
    assert schemas["Digests"]["properties"]["items"]["maxItems"] == MAX_DIGESTS
    assert list(schemas["Refusal"]["properties"]) == list(Refusal._fields)


def test_lists_have_the_bounds_of_the_code():
    schemas = openapi.description()["components"]["schemas"]
    saved = schemas["SavedFilters"]["properties"]["items"]
    assert saved["maxItems"] == MOST
    assert schemas["NewFilter"]["properties"]["name"]["maxLength"] == LONGEST_NAME
    parameters = schemas["FilterLabel"]["properties"]["parameters"]
    assert list(parameters["properties"]) == list(PARAMETERS)


def test_limits_are_those_of_the_code():
    parameters = openapi.description()["components"]["parameters"]
    size = parameters["b_size"]["schema"]
    assert (size["minimum"], size["maximum"], size["default"]) == (1, LARGEST, SIZE)
    assert parameters["by"]["schema"]["enum"] == ["", OTHERS]
    for name in ("actions", "types"):
        assert parameters[name]["schema"]["maxItems"] == MAX_VALUES
        assert parameters[name]["schema"]["items"]["maxLength"] == MAX_LENGTH
    for name in ("actor", "text"):
        assert parameters[name]["schema"]["maxLength"] == MAX_LENGTH
    assert openapi.description()["components"]["schemas"]["Moment"]["maxLength"] == (
        MAX_LENGTH
    )


@pytest.mark.parametrize(
    "name, changes",
    [
        ("Activity", {"items_total": 3}),
        ("Activity", {"items": [{}]}),
        ("News", {"count": 100}),
        ("BadRequest", {"traceback": []}),
    ],
)
def test_schemas_refuse_invalid_responses(name, changes):
    url = "http://localhost:8080/Plone/@activity"
    good = {
        "Activity": {
            "@id": url,
            "items": [],
            "batching": {"@id": url, "first": url},
            "cursors": {"older": None, "newer": None, "latest": None},
            "filters": [],
            "news": None,
            "reached": None,
        },
        "News": {
            "@id": url,
            "count": 1,
            "is_more": False,
            "text": "1 new change",
            "news": url,
        },
        "BadRequest": {"type": "BadRequest", "message": "b_size: …"},
    }
    validator = openapi.validator({"$ref": f"#/components/schemas/{name}"})
    assert validator.is_valid(good[name])
    assert not validator.is_valid(good[name] | changes)
