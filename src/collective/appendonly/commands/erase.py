"""``activitylog erase``: take a person out of the log, after a look at what that means."""

from collective.appendonly.commands.maintain import NO_LOG
from collective.appendonly.commands.progress import Bar
from collective.appendonly.maintenance import ClaimLost
from collective.appendonly.maintenance import SomebodyAtWork
from collective.appendonly.maintenance.person import erase_person
from collective.appendonly.maintenance.person import Findings
from collective.appendonly.maintenance.person import look_for
from contextlib import contextmanager
from contextlib import ExitStack
from plone import api
from zope.interface.interfaces import ComponentLookupError

import click


_NOT_REACHED = """\
The former records are in the database until it is packed, and in backups for as long as these
are kept. The log keeps what people wrote: titles, paths, comments. Content, its versions, and
the user names that Zope notes with each transaction are no part of it. The documentation has
all of this under “Forgetting what is old”."""


@click.command("erase")
@click.argument("user_id", metavar="USERID")
@click.option("--yes", is_flag=True, help="Do it. Without this nothing is changed.")
@click.option(
    "--anonymous",
    is_flag=True,
    help="Let nothing tell that two changes are of the same person, instead of giving"
    " them one pseudonym.",
)
@click.pass_obj
def command(address, user_id, yes, anonymous):
    """Erase a person from the log: exactly the user with the id USERID.

    What they did stays, and who it was goes. At first this only tells what would be changed.
    People can go on working meanwhile. When it was interrupted, run it again: it goes on where
    it stopped.
    """
    site = address.open()
    _refuse_groups(user_id)
    with _told_errors():
        if yes:
            _erase(site, user_id, anonymous)
        else:
            _look(site, user_id)


def _look(site, user_id: str) -> None:
    with ExitStack() as stack:
        found = look_for(site, user_id, Bar(stack, "Reading the log"))
    click.echo(f"{_told(user_id, found)}\n{_advice(user_id, found)}")


def _erase(site, user_id: str, anonymous: bool) -> None:
    with ExitStack() as stack:
        erased = erase_person(site, user_id, anonymous, Bar(stack, "Erasing"))
    click.echo(f"Records in which something was replaced: {erased.changed:,}.")
    if erased.unreadable:
        raise click.ClickException(
            f"{erased.unreadable:,} × not readable: a later version of the add-on wrote that,"
            " or it is damaged. The erasure stays pending. The log of the server tells what is"
            " wrong."
        )
    click.echo(f"The log holds nothing of “{user_id}” any more.\n{_NOT_REACHED}")


def _refuse_groups(user_id: str) -> None:
    # Erasing takes the principal away, so the members of a group would see less than before.
    if api.group.get(groupname=user_id) is not None:
        raise click.ClickException(
            f"“{user_id}” is a group. Groups are not erased: their members would no longer see"
            " what they could see."
        )


@contextmanager
def _told_errors():
    try:
        yield
    except SomebodyAtWork as somebody:
        raise click.ClickException(
            f"A maintenance is at work. {somebody} Run the command again when that is over."
        ) from somebody
    except ClaimLost as error:
        raise click.ClickException(f"{error} Run the command again.") from error
    except ComponentLookupError as error:
        raise click.ClickException(NO_LOG) from error
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. Run the command again: it goes on where it stopped."
        ) from None


def _told(user_id: str, found: Findings) -> str:
    """Return what there is of somebody, in lines."""
    numbers = {
        "Change sets by this person": f"{found.deeds:,}",
        "Entries that name this person": f"{found.named:,}",
        "Entries with this person among the readers": f"{found.seen:,}",
        "Records that can't be read": f"{found.unreadable:,}",
        "Erasure is pending": _yes_or_no(found.is_requested),
        "Personal feed address": _yes_or_no(found.has_feed_address),
        "Digests by mail": f"{found.digests:,}",
        "Account": "still exists" if found.has_account else "does not exist",
    }
    lines = [f"{name + ':':<45}{value}" for name, value in numbers.items()]
    return "\n".join([f"What there is of “{user_id}”:", *lines])


def _advice(user_id: str, found: Findings) -> str:
    if not found:
        user = api.user.get(username=user_id)
        if user is not None and user.getId() != user_id:
            return f"This is a login name. The id of that user is “{user.getId()}”."
        return "There is nothing to erase."
    advice = "Nothing was changed. To erase this person, run it again with --yes."
    if found.has_account:
        advice += (
            " As long as the account exists, whatever this person does is recorded as before:"
            " delete it first."
        )
    return advice


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"
