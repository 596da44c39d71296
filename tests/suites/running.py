"""Run the tests of a package: ``python -m tests.suites.running PACKAGE RESULT [with]``.

RESULT is the JSON file to write. *with* activates the add-on in every site that plone.app.testing
sets up. At the end of each test, what its transaction holds is recorded as by a commit, since most
tests never commit, and the log is verified. Robot tests have another level, and need a browser.
"""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import ActivityLog
from collective.appendonly.operations.verification import verify
from pathlib import Path
from plone.app.testing import applyProfile
from plone.app.testing import PLONE_SITE_ID
from plone.app.testing.bbb import PloneTestCase
from plone.app.testing.layers import PloneFixture
from plone.testing import Layer
from plone.testing.zope import IntegrationTesting
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import IContentish
from Products.CMFCore.interfaces import ISiteRoot
from time import monotonic
from zope.component import queryUtility
from zope.component.hooks import getSite
from zope.component.hooks import setSite
from zope.configuration import xmlconfig
from zope.container.interfaces import IContainerModifiedEvent
from zope.lifecycleevent.interfaces import IObjectAddedEvent
from zope.lifecycleevent.interfaces import IObjectModifiedEvent
from zope.lifecycleevent.interfaces import IObjectMovedEvent
from zope.lifecycleevent.interfaces import IObjectRemovedEvent
from zope.testrunner import runner

import collective.appendonly
import json
import logging
import sys
import sysconfig
import transaction
import zope.event


_CHANGES = (IObjectMovedEvent, IObjectModifiedEvent)


class Observer(logging.Handler):
    """Counts what the add-on records during the tests, and collects what is wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.change_sets = 0
        self.entries = 0
        #: The tests that change content, with the number of change sets that each records.
        self.changing: dict[str, int] = {}
        #: What is wrong, with the tests in which it is.
        self.problems: dict[str, list[str]] = {}
        self.begin("the set-up of a layer")

    def begin(self, test: str) -> None:
        self.test = test
        self._before = self.change_sets
        self._added: set[str] = set()
        self._changed: set[str] = set()

    def notice(self, event) -> None:
        """Remember content that the test changes, unless it was added and is removed by it."""
        is_change = any(change.providedBy(event) for change in _CHANGES)
        if not is_change or IContainerModifiedEvent.providedBy(event):
            return
        if IContentish.providedBy(event.object) and not ISiteRoot.providedBy(
            event.object
        ):
            uid = IUUID(event.object, "")
            self._changed.add(uid)
            if IObjectAddedEvent.providedBy(event):
                self._added.add(uid)
            elif IObjectRemovedEvent.providedBy(event):
                self._changed -= {uid} & self._added

    def pushed(self, change_set) -> None:
        self.change_sets += 1
        self.entries += len(change_set.entries)

    def emit(self, record: logging.LogRecord) -> None:
        reason = f" {record.exc_info[1]!r}" if record.exc_info else ""
        self._add(f"{record.levelname}: {record.getMessage()}{reason}")

    def end(self, site, aborts: bool) -> None:
        """Record what the transaction holds, and verify the log; also after it, if it *aborts*."""
        left = getSite()
        try:
            # Hooks may add others.
            for hook, arguments, options in transaction.get().getBeforeCommitHooks():
                hook(*arguments, **(options or {}))
            if self.change_sets > self._before:
                self._verify(site)
                if aborts:
                    transaction.abort()
                    self._verify(site)
        except Exception as error:  # the state that a test leaves may be odd
            self._add(f"The test could not be ended: {error!r}")
        finally:
            # The layer takes itself down in the site that the test left, often in none.
            setSite(left)
        if self._changed:
            self.changing[self.test] = self.change_sets - self._before

    def _verify(self, site) -> None:
        setSite(site)
        log = queryUtility(IActivityLog)
        if log is not None:
            for problem in verify(site, log).problems:
                self._add(problem)

    def _add(self, problem: str) -> None:
        tests = self.problems.setdefault(problem, [])
        if self.test not in tests:
            tests.append(self.test)


def activate(observer: Observer) -> None:
    """Activate the add-on in all sites to come, with *observer*."""
    load_zcml, fill = PloneFixture.setUpZCML, PloneFixture.setUpDefaultContent
    push, start = ActivityLog.push, runner.TestResult.startTest
    tear_down = runner.TestResult.testTearDown
    tear_down_test_case = PloneTestCase.tearDown

    def load_our_zcml(fixture):
        load_zcml(fixture)
        context = fixture["configurationContext"]
        xmlconfig.file("configure.zcml", collective.appendonly, context=context)

    def fill_and_apply(fixture, app):
        fill(fixture, app)
        setSite(app[PLONE_SITE_ID])
        applyProfile(app[PLONE_SITE_ID], "collective.appendonly:default")
        setSite(None)

    def observed_push(log, change_set):
        observer.pushed(change_set)
        push(log, change_set)

    def start_test(result, test):
        observer.begin(str(test))
        start(result, test)

    def end_test(result):
        top = result.layers[-1]
        site = top.get("portal") if isinstance(top, Layer) else None
        if site is not None:
            # Others throw the database away. After an abort, some sites cannot be loaded again.
            observer.end(site, aborts=isinstance(top, IntegrationTesting))
        tear_down(result)

    def end_test_case(test):
        # It aborts the transaction before the layer gets it.
        observer.end(test.portal, aborts=False)
        tear_down_test_case(test)

    PloneFixture.setUpZCML = load_our_zcml
    PloneFixture.setUpDefaultContent = fill_and_apply
    ActivityLog.push = observed_push
    runner.TestResult.startTest = start_test
    runner.TestResult.testTearDown = end_test
    PloneTestCase.tearDown = end_test_case
    zope.event.subscribers.append(observer.notice)
    logging.getLogger(collective.appendonly.__name__).addHandler(observer)


def run(package: str) -> dict:
    """Return the numbers of tests of *package*, and the names of those that failed."""
    arguments = ["", "--test-path", sysconfig.get_path("purelib"), "--package", package]
    tests = runner.Runner(
        args=[*arguments, "-vv", "--keepbytecode", "--module", "!test_robot"],
        warnings="ignore",
    )
    begin = monotonic()
    tests.run()
    failed = {_name(test) for test, _ in tests.failures + tests.errors}
    failed |= {f"Import of {failure.module}" for failure in tests.import_errors}
    return {
        "tests": tests.ran,
        "skipped": len(tests.skipped),
        "failed": sorted(failed),
        "seconds": round(monotonic() - begin),
    }


def _name(test) -> str:
    # That of a failure in the set-up of a layer says which one.
    return test if isinstance(test, str) else str(test)


def main(package: str, result: str, mode: str = "without") -> None:
    observer = Observer()
    if mode == "with":
        activate(observer)
    found = run(package)
    if mode == "with":
        changing = observer.changing
        found |= {
            "change sets": observer.change_sets,
            "entries": observer.entries,
            "tests that change content": len(changing),
            "without an entry": [test for test, count in changing.items() if not count],
            "problems": observer.problems,
        }
    Path(result).write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
