"""A client of the REST API, logged in or anonymous."""

from tests.product.people import PASSWORD
from tests.product.services.openapi import check
from urllib.parse import urlencode
from ZPublisher.utils import basic_auth_encode

import json
import pytest
import transaction


@pytest.fixture
def ask(browse, portal):
    """Return the response to a request for a path in the site, with parameters.

    A whole URL is accepted too, such as the links in responses. The responses of the services have
    to match the OpenAPI description, and the requests that they accept, too.
    """
    app = browse("/@@ok").testapp

    def ask(
        path,
        user=None,
        method="GET",
        accept="application/json",
        body=None,
        content_type="application/json",
        password=PASSWORD,
        **parameters,
    ):
        transaction.commit()
        headers = {"Accept": accept} if accept else {}
        if user is not None:
            headers["Authorization"] = basic_auth_encode(user, password)
        if body is not None:
            headers["Content-Type"] = content_type
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = path if path.startswith("http") else f"{portal.absolute_url()}{path}"
        if parameters:
            url += f"?{urlencode(parameters, doseq=True)}"
        answer = app.request(
            url, method=method, headers=headers, body=body or b"", expect_errors=True
        )
        check(answer, url, method, body)
        return answer

    return ask


@pytest.fixture
def listed(ask):
    """Return the summaries in the response to a request."""

    def listed(path, user=None, **parameters):
        answer = ask(path, user, **parameters)
        assert answer.status_int == 200, answer
        return [item["summary"] for item in answer.json["items"]]

    return listed
