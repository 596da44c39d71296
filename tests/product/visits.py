"""Actions of users and programs in a Zope process: functions for ``zope_process.Zope.call``.

The add-on may be missing there, so nothing of it is imported on top. The site is ``Plone``.
"""

from contextlib import contextmanager
from lxml import html
from plone import api
from plone.dexterity.utils import createContentInContainer
from plone.testing.zope import Browser
from Products.GenericSetup.upgrade import listUpgradeSteps
from urllib.parse import urlencode
from zope.component.hooks import site as current_site
from zope.globalrequest import clearRequest
from zope.globalrequest import getRequest
from zope.lifecycleevent import modified

import json
import transaction
import Zope2


PACKAGE = "collective.appendonly"
#: The manager whom demo.instance.create creates.
ADMIN = "admin:admin"


def browser(app, login=ADMIN):
    opened = Browser(app)
    opened.raiseHttpErrors = False
    if login:
        opened.addHeader("Authorization", f"Basic {login}")
    return opened


def get(app, path, login=ADMIN):
    """Return the status code and the text of a page."""
    opened = browser(app, login)
    opened.open(f"http://nohost/Plone{path}")
    status = int(opened.headers["Status"].split()[0])
    return status, html.fromstring(opened.contents.encode()).text_content()


@contextmanager
def at_work(app, user="jane"):
    """Be in the site as one of its users; commit in the end."""
    transaction.begin()
    with current_site(app["Plone"]), api.env.adopt_user(username=user):
        yield app["Plone"]
        transaction.commit()


def retitle(app, path, title):
    with at_work(app) as site:
        page = site.unrestrictedTraverse(path)
        page.title = title
        modified(page)


def activity(app):
    """Return all change sets in the log, newest first, as JSON values. Checks the log, too."""
    from collective.appendonly.interfaces import IActivityLog
    from collective.appendonly.structures.check import check
    from tests.product.upgrades.first_version import listed
    from zope.component import getUtility

    transaction.begin()
    with current_site(app["Plone"]):
        log = getUtility(IActivityLog)
        check(log.stack, log.archive)
        return json.loads(json.dumps(list(listed(log))))


def epoch(app):
    """Return the epoch of the log."""
    from collective.appendonly.interfaces import IActivityLog
    from zope.component import getUtility

    transaction.begin()
    with current_site(app["Plone"]):
        return getUtility(IActivityLog).epoch


def older_address(app):
    """Return the path of the second page of the activity, as the first one gives it."""
    opened = browser(app)
    opened.open("http://nohost/Plone/@@activity")
    [link] = html.fromstring(opened.contents).cssselect("#content a[rel=next]")
    return link.get("href").removeprefix("http://nohost/Plone")


def possessions(app):
    """Return what the site has of the add-on, by the places where it is."""
    from plone.portlets.interfaces import IPortletType
    from plone.registry.interfaces import IRegistry
    from zope.annotation.interfaces import IAnnotations
    from zope.component import getUtilitiesFor
    from zope.component import getUtility

    def own(names):
        return sorted(name for name in names if PACKAGE in name)

    with at_work(app, "admin") as site:
        utilities = site.getSiteManager().registeredUtilities()
        actions = site.portal_controlpanel.listActions()
        return {
            "version": site.portal_setup.getLastVersionForProfile(f"{PACKAGE}:default"),
            "utilities": own(
                f"{u.provided.__identifier__} {u.name}" for u in utilities
            ),
            # A new site has a note, which an upgraded one has not.
            "annotations": own(set(IAnnotations(site)) - {f"{PACKAGE}.welcome"}),
            "records": {
                name: getUtility(IRegistry)[name]
                for name in own(getUtility(IRegistry).records)
            },
            "control panels": own(action.appId for action in actions),
            "portlets": [
                [name, portlet.title, portlet.description]
                for name, portlet in getUtilitiesFor(IPortletType)
                if PACKAGE in name
            ],
            **{
                menu: [
                    [
                        action.getId(),
                        action.title,
                        action.url_expr,
                        action.available_expr,
                    ]
                    for action in site.portal_actions[category].objectValues()
                    if action.i18n_domain == PACKAGE
                ]
                for menu, category in (("user menu", "user"), ("toolbar", "object"))
            },
        }


def run_in_add_ons_control_panel(app, what):
    """Press the add-on's button there: ``install``, ``upgrade`` or ``uninstall``.

    Returns whether there was one.
    """
    opened = browser(app)
    opened.open("http://nohost/Plone/prefs_install_products_form")
    for form in html.fromstring(opened.contents).forms:
        if form.action.endswith(f"{what}_products") and PACKAGE in form.fields.values():
            opened.post(
                f"http://nohost/Plone/{what}_products", urlencode(form.form_values())
            )
            return True
    return False


def set_setting(app, name, value):
    with at_work(app, "admin"):
        api.portal.set_registry_record(f"{PACKAGE}.{name}", value)


def run_all_upgrade_steps(app):
    """Run also those that were run already, as one can in the ZMI."""
    with at_work(app, "admin") as site:
        for step in listUpgradeSteps(site.portal_setup, f"{PACKAGE}:default", "1000"):
            for each in step if isinstance(step, list) else [step]:
                each["step"].doStep(site.portal_setup)


def work_without_request(app):
    """Do a bit of everything as a script does that only calls ``Zope2.app()``."""
    clearRequest()
    bare = Zope2.app()
    site = bare["Plone"]
    assert getRequest() is None
    assert not hasattr(getattr(site["archive"], "REQUEST", None), "form")
    with current_site(site), api.env.adopt_user(username="jane"):
        do_a_bit_of_everything(site)
    bare._p_jar.close()


def do_a_bit_of_everything(site):
    archive = site["archive"]
    page = createContentInContainer(archive, "Document", title="Fence")
    transaction.commit()
    page.title = "Gate"
    modified(page)
    transaction.commit()
    api.content.transition(page, "publish")
    transaction.commit()
    api.content.rename(page, "gate")
    transaction.commit()
    api.content.copy(page, site)
    transaction.commit()
    api.content.move(site["gate"], archive, safe_id=True)
    transaction.commit()
    # Not by the API, which asks the request whether links would break.
    site.manage_delObjects(["archive"])
    transaction.commit()


BIT_OF_EVERYTHING = [
    (["created"], "archive/fence"),
    (["edited"], "archive/fence"),
    (["transitioned"], "archive/fence"),
    (["renamed"], "archive/gate"),
    (["copied"], "gate"),
    (["moved", "renamed"], "archive/copy_of_gate"),
    (["removed"], "archive"),
]


def edit_in_vain(app):
    """Return the error that an edit of a page ends with."""
    try:
        retitle(app, "archive/page-02", "Pruning")
    except Exception as error:
        transaction.abort()
        return type(error).__name__
