"""The site that is fuzzed: ``python -m tests.fuzz.site create FOLDER``, and then ``serve FOLDER``.

When it listens it prints one line of JSON: its port, and the version of Plone. What goes wrong is
in FOLDER/zope.log.
"""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from demo import instance
from importlib.metadata import version
from pathlib import Path
from plone import api
from plone.distribution.api import site as site_api
from tests.fuzz.story import tell
from tests.fuzz.words import PROCESSOR_TIME
from time import thread_time
from zope.component.hooks import setSite

import json
import signal
import sys
import transaction


PROFILES = (
    "plone.restapi:default",
    "plone.app.discussion:default",
    "collective.appendonly:default",
)


def create(folder: Path) -> None:
    app = instance.create(folder)
    answers = {
        "site_id": "Plone",
        "title": "Asked",
        "description": "",
        "default_language": "en",
        "portal_timezone": "Europe/Berlin",
        "setup_content": False,
    }
    site = site_api.create(app, "classic", answers)
    setSite(site)
    site.portal_workflow.setDefaultChain("simple_publication_workflow")
    for profile in PROFILES:
        site.portal_setup.runAllImportStepsFromProfile(f"profile-{profile}")
    # Anonymous users can view the activity, and all actions are recorded.
    for name, value in {"audience": "everybody", "actions_left_out": ()}.items():
        api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
    transaction.commit()
    tell(site)
    app._p_jar.db().close()


class Timed:
    """A WSGI application that tells how much processor time each answer took."""

    def __init__(self, application):
        self._application = application

    def __call__(self, environ, start_response):
        begin = thread_time()

        def start(status, headers, exc_info=None):
            seconds = f"{thread_time() - begin:.3f}"
            return start_response(
                status, [*headers, (PROCESSOR_TIME, seconds)], exc_info
            )

        return self._application(environ, start)


def serve(folder: Path) -> None:
    from waitress import create_server
    from Zope2.Startup.run import make_wsgi_app
    from ZPublisher.httpexceptions import HTTPExceptionHandler

    application = make_wsgi_app({}, instance.write_configuration(folder))
    server = create_server(
        Timed(HTTPExceptionHandler(application)), host="127.0.0.1", port=0, threads=2
    )
    listening = {"port": server.effective_port, "Plone": version("Products.CMFPlone")}
    print(json.dumps(listening), flush=True)
    server.run()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    task, folder = {"create": create, "serve": serve}[sys.argv[1]], Path(sys.argv[2])
    instance.log_to(folder / "zope.log")
    task(folder)
