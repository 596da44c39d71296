"""What readers see of settings, add-ons, types, roles and logins."""

from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.interfaces import Position
from collective.appendonly.presentation.lines import Presenter
from tests.product.presentation.test_lines import TIME

import pytest


TITLE = "plone.site_title"


@pytest.fixture
def described(http_request):
    """Return the sentence and the remarks of an entry that is not about content."""

    def described(action, kind, name, actor="tom", **others):
        entry = VisibleEntry((action,), actor, "", name, "", None, kind, **others)
        item = FeedItem("", Position(0, 0), TIME, actor, (entry,))
        line = Presenter(http_request).line(item)
        assert not line.subject.is_missing
        return line.text, *line.subject.remarks

    return described


@pytest.mark.parametrize(
    "name, values, expected",
    [
        (TITLE, ["Garden", "Our Garden"], "Site title: Garden → Our Garden"),
        (TITLE, [None, "Our Garden"], "Site title: empty → Our Garden"),
        (TITLE, ["Garden", ""], "Site title: Garden → empty"),
        ("plone.smtp_port", [25, 26], "SMTP port: 25 → 26"),
        ("plone.enable_sitemap", [False, True], None),
        ("garden.gone", ["a", "b"], "garden.gone: a → b"),
    ],
)
def test_a_setting(described, name, values, expected):
    sentence, remark = described(
        "settings_changed", SETTING, name, values={name: values}
    )
    if expected is None:
        assert remark == "no → yes"
    else:
        title, expected = expected.split(": ")
        assert sentence == f"tom changed the setting “{title}”"
        assert remark == expected


def test_a_setting_with_several_values(described):
    name = "plone.default_page_types"
    values = {name: [["Event"], ["Link", "File"]]}
    _, *remarks = described("settings_changed", SETTING, name, values=values)
    assert remarks == ["Removed: Event", "Added: Link, File"]


def test_a_secret_setting(described):
    sentence, *remarks = described("settings_changed", SETTING, "plone.smtp_pass")
    assert (sentence, remarks) == ("tom changed the setting “ESMTP password”", [])


@pytest.mark.parametrize(
    "action, version, sentence, remark",
    [
        ("addon_installed", [None, "1003"], "installed the add-on", "Version 1003"),
        ("addon_uninstalled", ["1003", None], "uninstalled the add-on", "Version 1003"),
        (
            "addon_upgraded",
            ["1002", "1003"],
            "upgraded the add-on",
            "Version: 1002 → 1003",
        ),
    ],
)
@pytest.mark.parametrize(
    "name, title",
    [("plone.session", "Session refresh support"), ("garden.gnomes",) * 2],
)
def test_an_add_on(described, name, title, action, version, sentence, remark):
    assert described(action, ADDON, name, values={"version": version}) == (
        f"tom {sentence} {title}",
        remark,
    )


def test_an_add_on_with_others(described):
    details = {"dependencies": ["plone.session", "garden.gnomes"]}
    assert described("addon_installed", ADDON, "garden", details=details) == (
        "tom installed the add-on garden",
        "Also installed: Session refresh support, garden.gnomes",
    )


@pytest.mark.parametrize(
    "others, remarks",
    [
        (
            {"fields": ("title",), "values": {"title": ["Event", "Feast"]}},
            ["Changed: Title", "Title: Event → Feast"],
        ),
        ({"fields": ("model_source",)}, ["Changed: Fields"]),
        ({"fields": ("klass",)}, ["Changed: klass"]),
        ({"details": {"added": True}}, ["New content type"]),
        ({"details": {"removed": True}}, ["Content type removed"]),
    ],
)
def test_a_content_type(described, others, remarks):
    sentence, *found = described("type_changed", TYPE, "News Item", **others)
    assert (sentence, found) == ("tom changed the content type News Item", remarks)


@pytest.mark.parametrize(
    "name, old, new, remark",
    [
        (
            "Event",
            "simple_publication_workflow",
            "one_state_workflow",
            "Workflow: Simple Publication Workflow → Single State Workflow",
        ),
        ("(Default)", "gone", "", "Workflow: gone → No workflow"),
    ],
)
def test_a_workflow(described, name, old, new, remark):
    values = {"workflow": [old, new]}
    assert described("workflow_changed", WORKFLOW, name, values=values) == (
        f"tom changed the workflow of the content type {name}",
        remark,
    )


@pytest.mark.parametrize("kind", [USER, GROUP])
def test_roles(described, kind):
    roles = {"joan": [["Reader"], ["Contributor", "Editor"]]}
    assert described("roles_changed", kind, "joan", roles=roles) == (
        "tom changed the roles of joan",
        "Roles added: Contributor, Editor",
        "Roles removed: Reader",
    )


def test_a_new_user_with_roles(described):
    assert described(
        "user_created", USER, "joan", roles={"joan": [[], ["Manager"]]}
    ) == (
        "tom added the user joan",
        "Roles added: Manager",
    )


@pytest.mark.parametrize(
    "action, name, actor, details, expected",
    [
        ("logged_in", "tom", "tom", {}, ["tom logged in"]),
        (
            "logged_in",
            "tom",
            "tom",
            {"address": "203.0.113.9"},
            ["tom logged in", "IP address: 203.0.113.9"],
        ),
        ("logged_out", "tom", "tom", {}, ["tom logged out"]),
        (
            "login_failed",
            "tom",
            None,
            {"attempts": 1},
            ["Someone failed to log in as tom"],
        ),
        (
            "login_failed",
            "",
            None,
            {"attempts": 8},
            [
                "Someone failed to log in as an unknown user",
                "8 attempts within an hour",
            ],
        ),
    ],
)
def test_logins(described, action, name, actor, details, expected):
    found = described(action, USER, name, actor=actor, details=details)
    assert list(found) == expected


@pytest.mark.parametrize(
    "others",
    [
        {"values": {TITLE: [["a"], "b"]}},
        {"values": {TITLE: [{"a": 1}, 7.5]}},
        {"values": {"": [None, None]}},
        {"roles": {"tom": ["Editor", None]}},
        {"details": {"dependencies": 7, "attempts": "many", "address": ["x"]}},
    ],
)
@pytest.mark.parametrize("kind", [SETTING, ADDON, TYPE, WORKFLOW, USER])
def test_odd_entries_are_shown_plainly(described, kind, others):
    """Older databases and imports may have anything."""
    sentence, *_ = described("settings_changed", kind, TITLE, **others)
    assert sentence.startswith("tom")
