"""The control panel in the browser and in the REST API."""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from lxml import html
from tests.product.people import PASSWORD
from urllib.parse import urlencode
from ZPublisher.utils import basic_auth_encode

import ast
import pytest
import transaction


@pytest.fixture
def person(person):
    """Create a user with global roles, and return the id."""
    return lambda user_id, *roles: person(user_id, "", *roles).getId()


@pytest.fixture
def ada(person):
    """A site administrator."""
    return person("ada", "Site Administrator")


class Form:
    """The control panel in a browser."""

    def __init__(self, browser):
        self.browser = browser

    def control(self, name):
        return self.browser.getControl(name=f"form.widgets.{name}")

    def choices(self, name):
        """Return the control of a set of choices."""
        return self.browser.getControl(name=f"form.widgets.{name}:list")

    def save(self):
        self.browser.getControl("Save").click()

    def send(self, **values):
        """Save with *values* instead of those that a browser would send.

        A list stands for several values of the same name.
        """
        [form] = html.fromstring(self.browser.contents).cssselect(
            "form#activity-controlpanel"
        )
        names = {
            name: f"form.widgets.{name}" + (":list" if isinstance(value, list) else "")
            for name, value in values.items()
        }
        fields = [
            field for field in form.form_values() if field[0] not in names.values()
        ]
        fields += [(names[name], value) for name, value in values.items()]
        fields.append(("form.buttons.save", "Save"))
        self.browser.post(self.browser.url, urlencode(fields, doseq=True))

    @property
    def errors(self):
        """The error messages by field name."""
        page = html.fromstring(self.browser.contents)
        return {
            field.get("data-fieldname").removeprefix("form.widgets."): " ".join(
                error.text_content().split()
            )
            for field in page.cssselect("[data-fieldname]")
            for error in field.cssselect(".invalid-feedback, .text-danger")
        }


@pytest.fixture
def form(ada, browse):
    """The control panel, opened by a site administrator."""
    return Form(browse("/@@activity-controlpanel", ada))


class RestApi:
    """The control panel of the REST API."""

    def __init__(self, browser, user):
        self._app = browser.testapp
        self._url = f"{browser.url}/@controlpanels/activity"
        self._registry = f"{browser.url}/@registry"
        self._headers = {"Accept": "application/json"}
        if user is not None:
            self._headers["Authorization"] = basic_auth_encode(user, PASSWORD)

    def list(self):
        """Get the list of all control panels."""
        return self._get(self._url.rpartition("/")[0])

    def get(self):
        return self._get(self._url)

    def get_registry(self, path):
        """Get records of the registry: one by its name, or those that a query finds."""
        return self._get(self._registry + path)

    def patch_registry(self, **settings):
        transaction.commit()
        records = {f"{SETTINGS_PREFIX}.{name}": settings[name] for name in settings}
        return self._app.patch_json(
            self._registry, records, headers=self._headers, expect_errors=True
        )

    def _get(self, url):
        transaction.commit()
        return self._app.get(url, headers=self._headers, expect_errors=True)

    def patch(self, **settings):
        transaction.commit()
        return self._app.patch_json(
            self._url, settings, headers=self._headers, expect_errors=True
        )

    def errors(self, **settings):
        """Return the error messages for a PATCH of *settings*, by field name."""
        answer = self.patch(**settings)
        assert answer.status_int == 400, answer
        # The message of plone.restapi is the repr of a list.
        errors = ast.literal_eval(answer.json["message"])
        return {error["field"]: error["message"] for error in errors}


@pytest.fixture
def rest_api(browse):
    """Return the REST API control panel for a user, by default anonymous."""
    return lambda user=None: RestApi(browse(""), user)
