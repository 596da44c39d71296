"""Form and REST API reject invalid values with the same message."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.settings import activity_settings

import pytest
import transaction


def no_path(value):
    return f"“{value}” is not a valid path. Enter a path relative to the site, starting with a slash: /news/archive"


BLANK = "One line is blank. Enter a user ID or remove the line."


@pytest.fixture
def unchanged(log):
    """Return whether the settings and the stack are unchanged."""

    def unchanged():
        transaction.begin()
        settings = activity_settings()
        return {name: getattr(settings, name) for name in IActivitySettings} == {
            name: IActivitySettings[name].default for name in IActivitySettings
        } and (log.stack.max_layers, log.stack.max_length) == (2, 8)

    return unchanged


@pytest.mark.large
@pytest.mark.parametrize(
    "field, value, message",
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
        ("actions_left_out", ["danced"], "“danced” is not a valid choice."),
        ("actions_left_out", ["edited", "danced"], "“danced” is not a valid choice."),
        ("types_left_out", ["Martian"], "“Martian” is not a valid choice."),
        ("viewlet_places", ["moon"], "“moon” is not a valid choice."),
        ("audience", "martians", "“martians” is not a valid choice."),
        ("viewlet_lines", 0, "Enter a whole number from 1 to 50."),
        ("viewlet_lines", 51, "Enter a whole number from 1 to 50."),
        ("retention_days", -1, "Enter a whole number from 0 to 36500."),
        ("retention_entries", -1, "Enter a whole number from 0 to 1000000000."),
        ("days_logins_kept", -1, "Enter a whole number from 0 to 36500."),
        ("window_layers", 1, "Enter a whole number from 2 to 20."),
        ("window_layers", 10**20, "Enter a whole number from 2 to 20."),
        ("window_length", 1, "Enter a whole number from 2 to 100."),
        ("window_length", 0, "Enter a whole number from 2 to 100."),
    ],
)
def test_form_and_rest_api_give_the_same_message(
    form, rest_api, ada, unchanged, field, value, message
):
    lines = field in ("paths_left_out", "users_left_out")
    form.send(**{field: "\n".join(value) if lines else value})
    assert form.errors == {field: message}
    assert unchanged()
    assert rest_api(ada).errors(**{field: value}) == {field: message}
    assert unchanged()


def test_invalid_number(form, rest_api, ada, unchanged):
    form.send(viewlet_lines="many")
    assert form.errors == {
        "viewlet_lines": "The entered value is not a valid integer literal."
    }
    assert rest_api(ada).errors(viewlet_lines="many") == {
        "viewlet_lines": "Invalid int literal."
    }
    assert unchanged()


@pytest.mark.parametrize(
    "field, value, message",
    [
        ("viewlet_lines", True, "Enter a whole number from 1 to 50."),
        ("viewlet_lines", None, "Required input is missing."),
        ("viewlet_lines", 2.5, "Object is of wrong type."),
        ("viewlet_lines", [], "Object is of wrong type."),
        ("paths_left_out", "news", no_path("news")),
        ("paths_left_out", [["/news"]], "Object is of wrong type."),
        ("users_left_out", [5], "Object is of wrong type."),
        ("users_left_out", [None], "Required input is missing."),
        ("types_left_out", [5], "“5” is not a valid choice."),
        ("types_left_out", [{"id": 5}], "“{'id': 5}” is not a valid choice."),
        ("actions_left_out", [["edited"]], "“['edited']” is not a valid choice."),
        ("viewlet_places", {}, "“{}” is not a valid choice."),
        ("audience", ["members"], "“['members']” is not a valid choice."),
        ("audience", None, "Required input is missing."),
        ("silent_changes", "no", "Send true or false, without quotes."),
        ("silent_changes", 0, "Send true or false, without quotes."),
        ("erase_deleted_users", [True], "Send true or false, without quotes."),
    ],
)
def test_invalid_json_values(rest_api, ada, unchanged, field, value, message):
    assert rest_api(ada).errors(**{field: value}) == {field: message}
    assert unchanged()
