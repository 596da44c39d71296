"""``activitylog erase``: erase a user from the log, after a preview."""

from collective.appendonly.commands.ending import Failure
from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.waiting import wait_option
from collective.appendonly.commands.waiting import when_alone
from collective.appendonly.operations.maintenance.erasure import Erased
from collective.appendonly.operations.maintenance.erasure_requests import is_user_id
from collective.appendonly.operations.maintenance.person import erase_person
from collective.appendonly.operations.maintenance.person import find_person
from collective.appendonly.operations.maintenance.person import PersonalData
from functools import partial
from plone import api

import click


_NOT_ERASED = """\
The former records stay in the database until it is packed, and in backups as long as these are
kept. The log keeps what users wrote: titles, paths and comments. Content, its versions, and the
user names that Zope stores with each transaction are not part of the log. For details see
“Retention and erasure” in the documentation."""


def _checked(context, parameter, value: str) -> str:
    if not is_user_id(value):
        raise click.BadParameter("Enter a user ID, in the encoding of the terminal.")
    return value


@click.command("erase")
@click.argument("user_id", metavar="USERID", callback=_checked)
@click.option("--yes", is_flag=True, help="Erase. Without it, nothing is changed.")
@click.option(
    "--anonymous",
    is_flag=True,
    help="Use a new pseudonym for each change set, so that no two can be linked.",
)
@wait_option
@click.pass_obj
def command(location, user_id, yes, anonymous, minutes):
    """Erase the user with the ID USERID from the log.

    Replaces the user ID with a pseudonym. The entries are kept. Without --yes, the command only
    shows what it would change. Users can go on working. If the command is interrupted, run it
    again: it continues where it stopped.
    """
    with errors_reported("Run the command again to continue where it stopped."):
        site = location.open()
        _refuse_groups(user_id)
        if yes:
            erase = partial(_erase, site, user_id, anonymous)
            _report(user_id, when_alone(erase, minutes))
        else:
            _preview(site, user_id)


def _preview(site, user_id: str) -> None:
    with Bar("Reading the log") as bar:
        found = find_person(site, user_id, bar)
    click.echo(f"{_described(user_id, found)}\n{_advice(user_id, found)}")


def _erase(site, user_id: str, anonymous: bool) -> Erased:
    with Bar("Erasing") as bar:
        return erase_person(site, user_id, anonymous, bar)


def _report(user_id: str, erased: Erased) -> None:
    click.echo(f"Changed records: {erased.changed:,}.")
    if erased.unreadable:
        raise Failure(
            f"Unreadable records: {erased.unreadable:,}. They were written by a later version of"
            " the add-on, or are damaged. The erasure stays pending. The messages above have the"
            " details."
        )
    if erased.changed:
        result = f"The log no longer contains the user ID “{user_id}”."
    else:
        result = f"The log did not contain the user ID “{user_id}”. Check the spelling."
    click.echo(f"{result}\n{_NOT_ERASED}")


def _refuse_groups(user_id: str) -> None:
    # An erasure removes the principal, so the members of a group could view less than before.
    if api.group.get(groupname=user_id) is not None:
        raise Failure(
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
