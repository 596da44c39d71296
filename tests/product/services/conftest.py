"""A program that asks the REST API, as a member or as nobody."""

from tests.product.people import PASSWORD
from tests.product.services.openapi import check
from urllib.parse import urlencode
from ZPublisher.utils import basic_auth_encode

import pytest
import transaction


@pytest.fixture
def ask(browse, portal):
    """Return the answer to a request for a path in the site, with parameters.

    A whole address does as well: the links in answers are such. What the services answer has
    to be as the OpenAPI description says.
    """
    app = browse("/@@ok").testapp

    def ask(path, user=None, method="GET", accept="application/json", **parameters):
        transaction.commit()
        headers = {"Accept": accept} if accept else {}
        if user is not None:
            headers["Authorization"] = basic_auth_encode(user, PASSWORD)
        url = path if path.startswith("http") else f"{portal.absolute_url()}{path}"
        if parameters:
            url += f"?{urlencode(parameters, doseq=True)}"
        answer = app.request(url, method=method, headers=headers, expect_errors=True)
        if method == "GET":
            check(answer, url)
        return answer

    return ask


@pytest.fixture
def told(ask):
    """Return the summaries in the answer to a request that is answered."""

    def told(path, user=None, **parameters):
        answer = ask(path, user, **parameters)
        assert answer.status_int == 200, answer
        return [item["summary"] for item in answer.json["items"]]

    return told
