"""The command ``activitylog`` with its options, and its list of commands."""

from collective.appendonly.commands import backfill
from collective.appendonly.commands import digest
from collective.appendonly.commands import doctor
from collective.appendonly.commands import erase
from collective.appendonly.commands import expire
from collective.appendonly.commands import export
from collective.appendonly.commands import follow
from collective.appendonly.commands import import_
from collective.appendonly.commands import index
from collective.appendonly.commands import maintain
from collective.appendonly.commands import stats
from collective.appendonly.commands import verify
from collective.appendonly.commands.ending import termination_raised
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import SiteLocation

import click


class Commands(click.Group):
    """Commands that end with a message and an exit code of ``ending.ExitCode``.

    Also if that happens before or after the command's own work, such as while the result is printed.
    """

    def invoke(self, context):
        with termination_raised(), errors_reported():
            return super().invoke(context)


@click.group(cls=Commands)
@click.option(
    "--conf",
    type=click.Path(exists=True, dir_okay=False),
    envvar="ZOPE_CONFIG",
    show_envvar=True,
    help="The zope.conf of an instance.",
)
@click.option("--site", help="The path of the Plone site, such as /Plone.")
@click.version_option(package_name="collective.appendonly")
@click.pass_context
def main(context, conf, site):
    """Work on the activity log of a Plone site."""
    context.obj = SiteLocation(conf, site)


for module in (
    backfill,
    digest,
    doctor,
    erase,
    expire,
    export,
    follow,
    import_,
    index,
    maintain,
    stats,
    verify,
):
    main.add_command(module.command)
