"""``activitylog erase``: erase a user from the log, after a preview."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.operations.maintenance.person import erase_person
from collective.appendonly.operations.maintenance.person import find_person
from collective.appendonly.operations.maintenance.person import PersonalData
from plone import api

import click


_NOT_ERASED = """\
The former records stay in the database until it is packed, and in backups as long as these are
kept. The log keeps what users wrote: titles, paths and comments. Content, its versions, and the
user names that Zope stores with each transaction are not part of the log. For details see
“Retention and erasure” in the documentation."""


@click.command("erase")
@click.argument("user_id", metavar="USERID")
@click.option("--yes", is_flag=True, help="Erase. Without it, nothing is changed.")
@click.option(
    "--anonymous",
    is_flag=True,
    help="Use a new pseudonym for each change set, so that no two can be linked.",
)
@click.pass_obj
def command(location, user_id, yes, anonymous):
    """Erase the user with the ID USERID from the log.

    Replaces the user ID with a pseudonym. The entries are kept. Without --yes, the command only
    shows what it would change. Users can go on working. If the command is interrupted, run it
    again: it continues where it stopped.
    """
    with errors_reported("Run the command again to continue where it stopped."):
        site = location.open()
        _refuse_groups(user_id)
        if yes:
            _erase(site, user_id, anonymous)
        else:
            _preview(site, user_id)


def _preview(site, user_id: str) -> None:
    with Bar("Reading the log") as bar:
        found = find_person(site, user_id, bar)
    click.echo(f"{_described(user_id, found)}\n{_advice(user_id, found)}")


def _erase(site, user_id: str, anonymous: bool) -> None:
    with Bar("Erasing") as bar:
        erased = erase_person(site, user_id, anonymous, bar)
    click.echo(f"Changed records: {erased.changed:,}.")
    if erased.unreadable:
        raise click.ClickException(
            f"Unreadable records: {erased.unreadable:,}. They were written by a later version of"
            " the add-on, or are damaged. The erasure stays pending. See the log file for"
            " details."
        )
    click.echo(f"The log no longer contains the user ID “{user_id}”.\n{_NOT_ERASED}")


def _refuse_groups(user_id: str) -> None:
    # An erasure removes the principal, so the members of a group could view less than before.
    if api.group.get(groupname=user_id) is not None:
        raise click.ClickException(
            f"“{user_id}” is a group. Groups cannot be erased: their members would no longer see"
            " the activity that they can view now."
        )


def _described(user_id: str, found: PersonalData) -> str:
    numbers = {
        "Change sets by this user": f"{found.change_sets:,}",
        "Entries that mention this user": f"{found.mentions:,}",
        "Entries that list this user as a reader": f"{found.principals:,}",
        "Unreadable records": f"{found.unreadable:,}",
        "Erasure pending": _yes_or_no(found.is_requested),
        "Personal feed URL": _yes_or_no(found.has_feed_url),
        "Digests": f"{found.digests:,}",
        "Saved filters by or about this user": f"{found.saved_filters:,}",
        "Excluded user in the settings": _yes_or_no(found.is_excluded),
        "Account": "exists" if found.has_account else "does not exist",
    }
    lines = [f"{name + ':':<45}{value}" for name, value in numbers.items()]
    return "\n".join([f"Data of “{user_id}”:", *lines])


def _advice(user_id: str, found: PersonalData) -> str:
    if not found:
        user = api.user.get(username=user_id)
        if user is not None and user.getId() != user_id:
            return f"This is a login name. The user ID is “{user.getId()}”."
        return "There is nothing to erase."
    advice = (
        "Nothing was changed. To erase this user, run the command again with --yes."
    )
    if found.has_account:
        advice += (
            " Delete the account first: as long as it exists, the actions of the user are"
            " recorded."
        )
    return advice


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"
