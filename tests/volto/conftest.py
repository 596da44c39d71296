"""Chromium in front of Volto, and Volto in front of a real backend.

Volto is the server that ``make test-volto`` has built. The backend runs in this process.
"""

from demo.blocks import blocks_of
from demo.frontend import FRONTEND
from demo.frontend import volto
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.testing.zope import WSGI_SERVER_FIXTURE
from pytest_plone import fixtures_factory
from tests.browser.conftest import chromium
from tests.browser.conftest import open_page
from tests.browser.conftest import page
from tests.browser.server import count_requests
from tests.browser.server import finish_requests
from tests.product.conftest import configure
from tests.product.conftest import one_by_one
from tests.product.people import acting
from tests.product.people import add_person
from tests.volto.layers import VOLTO_ACCEPTANCE_TESTING
from tests.volto.layers import VOLTO_FIXTURE
from zope.pytestlayer.fixture import session_fixture

import pytest
import socket
import transaction


__all__ = ["chromium", "configure", "one_by_one", "open_page", "page"]


globals().update(
    fixtures_factory(((VOLTO_ACCEPTANCE_TESTING, "backend"),), keep_session=False)
)


@pytest.fixture(scope="package", autouse=True)
def keep_server(request, functional_session):
    """Start the backend once for all tests here, and end it after them."""
    # It would take the port of a former server of this process, which may not be free yet.
    vars(WSGI_SERVER_FIXTURE).pop("port", None)
    for layer in (WSGI_SERVER_FIXTURE, VOLTO_FIXTURE, VOLTO_ACCEPTANCE_TESTING):
        session_fixture(request, layer)
    count_requests()


@pytest.fixture(scope="package")
def address(keep_server, tmp_path_factory):
    """The URL of the site, at Volto."""
    if not (FRONTEND / "build" / "server.js").exists():
        pytest.fail("Volto is not built. Run: make test-volto")
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    backend = f"http://localhost:{WSGI_SERVER_FIXTURE.port}/plone"
    log = tmp_path_factory.mktemp("volto") / "volto.log"
    with volto(port, backend, log):
        yield f"http://localhost:{port}"


@pytest.fixture
def portal(backend):
    """The site, with a manager at work."""
    site = backend["portal"]
    setRoles(site, TEST_USER_ID, ["Manager"])
    transaction.commit()
    yield site
    transaction.abort()
    finish_requests()


@pytest.fixture
def add(portal):
    """Let Jane, or somebody else, add a page to the site or to another page."""

    def add(title, container=None, user="jane", publish=True, blocks=(), **values):
        container = portal if container is None else container
        text = f"<p>All about {title.lower()}.</p>"
        with acting(user):
            page = api.content.create(
                container,
                "Document",
                title=title,
                language="en",
                **blocks_of(text, *blocks),
                **values,
            )
            if publish:
                api.content.transition(page, "publish")
        return page

    return add


@pytest.fixture
def garden(portal, add):
    """A page with pages in it. Jane is a manager, Tom a member with no other role."""
    add_person("jane", "Jane Miller", "Manager")
    add_person("tom", "Tom Fields")
    transaction.commit()
    garden = add("The garden")
    for title in ("Opening hours", "Fees", "Pond"):
        add(title, garden)
    add("Accounts", garden, publish=False)
    return garden


@pytest.fixture
def problems(page):
    """The errors on the page, such as markup that differs from that of the server."""
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and problems.append(message.text),
    )
    return problems


@pytest.fixture
def requests(page):
    """The requests of the page to the REST API, as method and URL."""
    requests = []
    page.on(
        "request",
        lambda request: (
            "/++api++/" in request.url
            and requests.append(f"{request.method} {request.url}")
        ),
    )
    return requests
