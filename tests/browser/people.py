"""What people do in a browser again and again."""

from playwright.sync_api import expect
from tests.product.people import PASSWORD


def log_in(page, address, login):
    """Log in by the form, as somebody with the password of everybody."""
    page.goto(f"{address}/login")
    page.get_by_label("Login Name").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#personaltools-logout, #personaltools")).not_to_have_count(0)
