"""Actions of users in a browser."""

from playwright.sync_api import expect
from tests.product.people import PASSWORD


def log_in(page, address, login):
    """Log in through the form. All users have the same password."""
    page.goto(f"{address}/login")
    page.get_by_label("Login Name").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#personaltools-logout, #personaltools")).not_to_have_count(0)
