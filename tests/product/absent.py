"""A Plone site without some of the packages that Plone usually comes with.

Run as a program with their names: in a process of its own, since here they may be imported
already. Prints what is recorded while a user works in that site.
"""

from importlib.abc import MetaPathFinder
from importlib.metadata import Distribution
from importlib.metadata import PackageNotFoundError

import json
import subprocess
import sys


class Absent(MetaPathFinder):
    """Hides some packages, as if they weren't installed, from this process.

    Plone looks for some by importing them, and for some by their metadata.
    """

    def __init__(self, packages):
        self._packages = tuple(packages)
        self._distribution = Distribution.from_name

    def hide(self):
        sys.meta_path.insert(0, self)
        Distribution.from_name = self._from_name

    def _from_name(self, name):
        if name in self._packages:
            raise PackageNotFoundError(name)
        return self._distribution(name)

    def find_spec(self, fullname, path=None, target=None):
        if any(f"{fullname}.".startswith(f"{name}.") for name in self._packages):
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def recorded_without(*packages: str) -> list:
    """Return actions and path of each entry recorded on a site that lacks *packages*.

    Checks that nothing imported them, that nothing was logged, and that all of it is shown.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, *packages],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout.splitlines()[-1])
    assert printed["imported"] == [], "Something has imported them anyway."
    assert printed["errors"] == []
    assert printed["shown"] == len(printed["recorded"])
    return printed["recorded"]


def _use_a_site():
    """Add, edit, publish and remove a page, add a group.

    Return what is recorded of it, and how much of that is shown.
    """
    from collective.appendonly.feed import feed
    from collective.appendonly.interfaces import SETTINGS_PREFIX
    from collective.appendonly.recording import recording_suspended
    from collective.appendonly.testing import ACTIVITY_FUNCTIONAL_TESTING as LAYER
    from plone import api
    from plone.app.testing import setRoles
    from plone.app.testing import TEST_USER_ID
    from zope.lifecycleevent import modified

    import transaction

    layers = LAYER.baseResolutionOrder[::-1]
    for layer in layers:
        layer.setUp()
    for layer in layers:
        layer.testSetUp()
    portal = LAYER["portal"]
    with recording_suspended():
        setRoles(portal, TEST_USER_ID, ["Manager"])
        api.portal.set_registry_record(f"{SETTINGS_PREFIX}.actions_left_out", ())
        transaction.commit()
    page = api.content.create(portal, "Document", "party", title="Party")
    transaction.commit()
    page.title = "Ball"
    modified(page)
    transaction.commit()
    api.content.transition(page, "publish")
    transaction.commit()
    api.content.delete(page)
    transaction.commit()
    api.group.create("gardeners")
    transaction.commit()
    change_sets = list(api.portal.get_tool("portal_activity").older())
    recorded = [
        [list(entry.actions), entry.path]
        for _, change_set in reversed(change_sets)
        for entry in change_set.entries
    ]
    return recorded, sum(len(item.entries) for item in feed(portal).items)


def main(packages):
    import logging

    errors = []

    class Errors(logging.Handler):
        def emit(self, record):
            errors.append(record.getMessage())

    logging.getLogger("collective.appendonly").addHandler(Errors(logging.WARNING))
    Absent(packages).hide()
    recorded, shown = _use_a_site()
    imported = [
        name
        for name in sys.modules
        if any(f"{name}.".startswith(f"{package}.") for package in packages)
    ]
    printed = {"recorded": recorded, "shown": shown, "imported": imported}
    sys.stdout.write(json.dumps({**printed, "errors": errors}))


if __name__ == "__main__":
    main(sys.argv[1:])
