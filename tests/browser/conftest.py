"""A real browser in front of a real server: Debian's chromium, driven by Playwright."""

from collective.appendonly.testing import ACTIVITY_ACCEPTANCE_TESTING
from playwright.sync_api import sync_playwright
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.testing.zope import WSGI_SERVER_FIXTURE
from tests.browser.server import count_requests
from tests.browser.server import finish_requests
from zope.pytestlayer.fixture import session_fixture

import os
import pytest
import shutil
import transaction


ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-default-browser-check",
    "--no-first-run",
]


@pytest.fixture(scope="package", autouse=True)
def keep_server(request, functional_session):
    """Start the server once for all tests here, and end it after them.

    While it runs, all site URLs have its host and port.
    """
    # It would take the port of a former server of this process, which may not be free yet.
    vars(WSGI_SERVER_FIXTURE).pop("port", None)
    for layer in (WSGI_SERVER_FIXTURE, ACTIVITY_ACCEPTANCE_TESTING):
        session_fixture(request, layer)
    count_requests()


@pytest.fixture(scope="package")
def chromium():
    """A browser for all tests. Without chromium they are skipped, but in CI they fail."""
    path = shutil.which("chromium")
    if path is None:
        message = "There is no chromium here. In Debian it is the package 'chromium'."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open a page as with a browser of its own, in English."""
    contexts = []

    def open_page(**options):
        contexts.append(chromium.new_context(locale="en-US", **options))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    """A page of a browser in which no user is logged in."""
    return open_page()


@pytest.fixture
def portal(acceptance):
    """The site, with a manager at work."""
    site = acceptance["portal"]
    setRoles(site, TEST_USER_ID, ["Manager"])
    transaction.commit()
    yield site
    transaction.abort()
    finish_requests()


@pytest.fixture
def address(acceptance, portal):
    """The URL of the site."""
    return f"http://{acceptance['host']}:{acceptance['port']}/{portal.getId()}"
