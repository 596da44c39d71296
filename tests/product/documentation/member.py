"""A member of a site, who logs in with the form and goes on from there by links and buttons.

``python -m tests.product.documentation.member ZOPE_CONF STEP VALUE …`` does each step as a manager,
in a Zope of its own, and prints the titles of the activated add-ons after each.
"""

from lxml import html
from plone.testing.zope import Browser
from ZPublisher.httpexceptions import HTTPExceptionHandler

import json
import sys
import warnings


class Member:
    """Uses *browser*, which is at any page of the site at *url*."""

    def __init__(self, browser: Browser, url: str, name: str, password: str):
        self.browser = browser
        self.url = url
        browser.open(f"{url}/login")
        browser.getControl(name="__ac_name").value = name
        browser.getControl(name="__ac_password").value = password
        browser.getControl(name="buttons.login").click()
        assert self.page.cssselect("#personaltools-logout")

    @property
    def page(self) -> html.HtmlElement:
        return html.fromstring(self.browser.contents)

    def go(self, *links: str) -> None:
        """Go home, and follow the links with these texts."""
        self.browser.open(self.url)
        for text in links:
            self.browser.getLink(text).click()

    def activated(self) -> list[str]:
        """Return the titles of the activated add-ons, in the control panel."""
        self.go("Site Setup", "Add-ons")
        titles = self.page.cssselect("#activated-products h3")
        return [title.text_content().strip() for title in titles]

    def install(self, title: str) -> None:
        self._click("#install-products", title)

    def uninstall(self, title: str) -> None:
        self._click("#activated-products", title)

    def add_earlier_changes(self, expected: str) -> None:
        self.go("Site Setup", "Recent activity", "Add earlier changes")
        self.browser.getControl("Start").click()
        assert expected in self.browser.contents

    def _click(self, section: str, title: str) -> None:
        """Click the only button of an add-on."""
        self.activated()
        page = self.page
        [form] = [
            item.find("form")
            for item in page.cssselect(f"{section} li")
            if item.cssselect("h3")[0].text_content().strip() == title
        ]
        number = page.forms.index(form)
        self.browser.getForm(index=number).getControl(name="form.submitted").click()
        assert not self.page.cssselect(".portalMessage.alert-danger")


def main(configuration: str, *steps: str) -> None:
    from zope.testbrowser.wsgi import Browser as AnyBrowser
    from Zope2.Startup.run import make_wsgi_app

    application = HTTPExceptionHandler(make_wsgi_app({}, configuration))
    url = "http://localhost/Plone"
    browser = AnyBrowser(url, wsgi_app=application)
    manager = Member(browser, url, "admin", "admin")
    for step, value in zip(steps[::2], steps[1::2], strict=True):
        getattr(manager, step)(value)
        sys.stdout.write(f"{json.dumps(manager.activated())}\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(*sys.argv[1:])
