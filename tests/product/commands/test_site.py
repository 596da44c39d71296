"""Opening the site, which is the same for all commands."""

from click.testing import CliRunner
from collective.appendonly.commands.main import main

import pytest


@pytest.mark.parametrize("site", ["/intranet", "/plone/nothing", "/", "/acl_users"])
def test_a_wrong_path_lists_the_existing_sites(refused, site):
    error = refused("backfill", site=site, status=2)
    assert error == (
        f"Error: There is no Plone site at {site}. Sites in the root of this Zope:"
        " /plone.\n"
    )


@pytest.mark.parametrize(
    "options, missing",
    [
        ([], "--conf"),
        (["--conf", __file__], "--site"),
        (["--site", "/Plone"], "--conf"),
    ],
)
def test_a_missing_option_is_named(options, missing):
    done = CliRunner().invoke(main, [*options, "backfill"], env={"ZOPE_CONFIG": None})
    assert done.exit_code == 2
    assert f"Missing option '{missing}'." in done.stderr


def test_help_needs_no_site():
    done = CliRunner().invoke(main, ["backfill", "--help"])
    assert done.exit_code == 0
    assert "Add earlier changes from the catalog." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["backfill"],
        ["digest"],
        ["doctor"],
        ["erase", "bob"],
        ["erase", "bob", "--yes"],
        ["expire"],
        ["export"],
        ["import", "FILE"],
        ["maintain"],
        ["stats"],
        ["verify"],
    ],
    ids=" ".join,
)
def test_a_site_without_the_add_on(printed, refused, uninstall, tmp_path, arguments):
    if "FILE" in arguments:
        file = tmp_path / "activity.jsonl"
        arguments = ["import", str(file)]
        printed("export", "--output", str(file))
    uninstall()
    error = refused(*arguments)
    assert "Error: The add-on is not installed in this site" in error
    assert "Add-ons control panel" in error


@pytest.mark.parametrize(
    "arguments", [["export"], ["stats"], ["stats", "--json"], ["verify"]], ids=" ".join
)
def test_commands_that_only_read_write_nothing(printed, history, changed, arguments):
    printed(*arguments)
    assert changed == []
