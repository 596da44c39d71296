"""Nonsense is refused by the form and by the REST API, with the same sentence."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.settings import activity_settings

import pytest
import transaction


def no_path(value):
    return (
        f"“{value}” is not a path. Begin with a slash, as seen from the site, and go on with"
        " names: /news/archive"
    )


BLANK = "A line is blank. Enter a user id there, or remove it."


@pytest.fixture
def unchanged(log):
    """Check that nothing was saved, nor done to the stack."""

    def unchanged():
        transaction.begin()
        settings = activity_settings()
        return {name: getattr(settings, name) for name in IActivitySettings} == {
            name: IActivitySettings[name].default for name in IActivitySettings
        } and (log.stack.max_layers, log.stack.max_length) == (2, 8)

    return unchanged


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("paths_left_out", ["news"], no_path("news")),
        ("paths_left_out", ["/news", "archive"], no_path("archive")),
        ("paths_left_out", ["/"], no_path("/")),
        ("paths_left_out", ["/news/../archive"], no_path("/news/../archive")),
        ("paths_left_out", ["/news//archive"], no_path("/news//archive")),
        ("paths_left_out", ["http://x/news"], no_path("http://x/news")),
        ("paths_left_out", ["/news", "", "/archive"], no_path("")),
        ("users_left_out", ["robot", "", "bob"], BLANK),
        ("users_left_out", ["robot", "   ", "bob"], BLANK),
        ("actions_left_out", ["danced"], "There is no “danced” to choose."),
        ("actions_left_out", ["edited", "danced"], "There is no “danced” to choose."),
        ("types_left_out", ["Martian"], "There is no “Martian” to choose."),
        ("viewlet_places", ["moon"], "There is no “moon” to choose."),
        ("audience", "martians", "There is no “martians” to choose."),
        ("viewlet_lines", 0, "Enter a whole number from 1 to 50."),
        ("viewlet_lines", 51, "Enter a whole number from 1 to 50."),
        ("retention_days", -1, "Enter a whole number from 0 to 36500."),
        ("retention_entries", -1, "Enter a whole number from 0 to 1000000000."),
        ("window_layers", 1, "Enter a whole number from 2 to 20."),
        ("window_layers", 10**20, "Enter a whole number from 2 to 20."),
        ("window_length", 1, "Enter a whole number from 2 to 100."),
        ("window_length", 0, "Enter a whole number from 2 to 100."),
    ],
)
def test_both_say_why(form, twin, ada, unchanged, field, value, sentence):
    lines = field in ("paths_left_out", "users_left_out")
    form.send(**{field: "\n".join(value) if lines else value})
    assert form.errors == {field: sentence}
    assert unchanged()
    assert twin(ada).refusals(**{field: value}) == {field: sentence}
    assert unchanged()


def test_what_is_no_number(form, twin, ada, unchanged):
    form.send(viewlet_lines="many")
    assert form.errors == {
        "viewlet_lines": "The entered value is not a valid integer literal."
    }
    assert twin(ada).refusals(viewlet_lines="many") == {
        "viewlet_lines": "Invalid int literal."
    }
    assert unchanged()


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("viewlet_lines", True, "Enter a whole number from 1 to 50."),
        ("viewlet_lines", None, "Required input is missing."),
        ("viewlet_lines", 2.5, "Object is of wrong type."),
        ("viewlet_lines", [], "Object is of wrong type."),
        ("paths_left_out", "news", no_path("news")),
        ("paths_left_out", [["/news"]], "Object is of wrong type."),
        ("users_left_out", [5], "Object is of wrong type."),
        ("users_left_out", [None], "Required input is missing."),
        ("types_left_out", [5], "There is no “5” to choose."),
        ("types_left_out", [{"id": 5}], "There is no “{'id': 5}” to choose."),
        ("actions_left_out", [["edited"]], "There is no “['edited']” to choose."),
        ("viewlet_places", {}, "There is no “{}” to choose."),
        ("audience", ["members"], "There is no “['members']” to choose."),
        ("audience", None, "Required input is missing."),
        ("silent_changes", "no", "Send true or false, without quotes."),
        ("silent_changes", 0, "Send true or false, without quotes."),
        ("erase_deleted_users", [True], "Send true or false, without quotes."),
    ],
)
def test_what_only_json_can_say(twin, ada, unchanged, field, value, sentence):
    assert twin(ada).refusals(**{field: value}) == {field: sentence}
    assert unchanged()
