"""Actions of users in Volto."""

from playwright.sync_api import expect
from tests.product.people import PASSWORD


def log_in(page, address, login):
    """Log in. All users have the same password."""
    response = page.request.post(
        f"{address}/++api++/@login",
        data={"login": login, "password": PASSWORD},
        headers={"Accept": "application/json"},
    )
    assert response.ok, response.text()
    token = response.json()["token"]
    page.context.add_cookies([{"name": "auth_token", "value": token, "url": address}])


def ready(page):
    """Wait until the page is interactive: members then have a toolbar."""
    expect(page.locator("#toolbar .toolbar")).to_be_visible()


def sentences(page, part="#activity-list"):
    """The sentences of the lines in a part of the page."""
    return page.locator(f"{part} .activity-sentence")
