"""Writes ``first_version.fs.xz`` and ``first_version.json``.

The database holds a Plone 6.1 site in which version 1000 of the profile is installed. The JSON
lists what its log held then. Both stay as they are: later versions have to read them. Made with
the sources of that version before today's in the path::

    git worktree add ../first b85cb9a
    PYTHONPATH=../first/src:../first .venv/6.1/bin/python tests/product/upgrades/first_version.py
"""

from collective.appendonly.interfaces import IActivityLog
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from demo import instance
from functools import partial
from itertools import count
from pathlib import Path
from plone import api
from Products.CMFPlone.factory import addPloneSite
from tempfile import TemporaryDirectory
from zope.component import getUtility
from zope.component.hooks import setSite
from zope.lifecycleevent import modified

import json
import lzma
import transaction


HERE = Path(__file__).parent
BEGIN = datetime(2026, 11, 1, 8, 0, tzinfo=timezone.utc)
PAGES = [f"page-{number:02}" for number in range(30)]


def every_minute():
    """Set the clock to BEGIN, and one minute on each time it is read."""
    # Where it was in that version.
    from collective.appendonly.recording import clock

    minutes = count()
    clock.utc_now = lambda: BEGIN + timedelta(minutes=next(minutes))


def found_site(app):
    site = addPloneSite(
        app,
        "Plone",
        title="Garden",
        extension_ids=(
            "plone.app.contenttypes:default",
            "plonetheme.barceloneta:default",
            "plone.restapi:default",
        ),
    )
    setSite(site)
    site.portal_workflow.setDefaultChain("simple_publication_workflow")
    for name in ("jane", "bob"):
        api.user.create(
            username=name,
            email=f"{name}@garden.example",
            password="correct horse battery",
            roles=("Member", "Site Administrator"),
        )
    site.portal_setup.runAllImportStepsFromProfile(
        "profile-collective.appendonly:default"
    )
    transaction.commit()
    return site


@contextmanager
def turn(user):
    """Run the ``with`` block as *user*, and commit: one change set."""
    with api.env.adopt_user(username=user):
        yield
    transaction.commit()


def do(site):
    """Work on the site as two users: 32 change sets, two of them with many entries."""
    add = api.content.create
    publish = partial(api.content.transition, transition="publish")
    for name in ("news", "archive"):
        with turn("jane"):
            add(site, "Folder", name, title=name.title())
    news, archive = site["news"], site["archive"]
    with turn("jane"):
        add(news, "Document", "party", title="Party")
    with turn("jane"):
        for name in PAGES:
            add(archive, "Document", name, title=name.title())
    with turn("bob"):
        publish(news["party"], comment="At last.")
    for number in range(20):
        with turn(("jane", "bob")[number % 2]):
            news["party"].title = f"Party {number}"
            modified(news["party"])
    with turn("bob"):
        api.content.rename(news["party"], "feast")
    with turn("jane"):
        api.content.copy(news["feast"], archive)
    with turn("jane"):
        api.content.move(archive["page-00"], news)
    with turn("bob"):
        for name in PAGES[1:]:
            publish(archive[name])
    with turn("jane"):
        api.content.delete(archive["page-01"])
    with turn("jane"):
        add(news, "Document", "gate", title="Gate")
    with turn("bob"):
        api.content.delete(news)


def _as_dict(entry):
    values = asdict(entry)
    if values["source"] and not values["source"].get("uid"):
        # Earlier versions have none.
        values["source"].pop("uid", None)
    for name in ("values", "roles"):
        if not values.get(name, True):
            del values[name]
    return values


def listed(log):
    """Yield the change sets in *log*, newest first, as values of JSON."""
    for position, change_set in log.older():
        yield {
            "position": position,
            "time": change_set.time.isoformat(),
            "actor": change_set.actor,
            "entries": [_as_dict(entry) for entry in change_set.entries],
        }


def main(folder):
    app = instance.found(folder)
    site = found_site(app)
    every_minute()
    do(site)
    held = ",\n".join(json.dumps(each) for each in listed(getUtility(IActivityLog)))
    (HERE / "first_version.json").write_text(f"[\n{held}\n]\n")
    database = app._p_jar.db()
    database.pack()
    database.close()
    data = lzma.compress(
        (folder / "Data.fs").read_bytes(), preset=9 | lzma.PRESET_EXTREME
    )
    (HERE / "first_version.fs.xz").write_bytes(data)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        main(Path(folder))
