"""Logins, logouts and failed logins. None of them is recorded by default.

Plone fires no event for a failed login: it is found at the end of its request. Anybody can try to
log in as often as they like, so most failed logins are only counted.
"""

from collections import Counter
from collective.appendonly import clock
from collective.appendonly.entry import ADDRESS
from collective.appendonly.entry import USER
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import site_recorder
from collective.appendonly.recording.people_story import Login
from collective.appendonly.recording.people_story import LoginStory
from collective.appendonly.settings import activity_settings
from datetime import datetime
from datetime import timedelta
from plone import api
from plone.restapi.deserializer import json_body
from plone.restapi.services.auth.login import Login as LoginService
from Products.CMFPlone.browser.login.login import LoginForm
from threading import Lock
from typing import Any
from zope.globalrequest import getRequest


@site_recorder(action="logged_in")
def logged_in(log, event):
    _note(log, event.principal.getId(), "logged_in")


@site_recorder(action="logged_out")
def logged_out(log, event):
    # The REST API fires it for anonymous users, too.
    if event.principal.getId():
        _note(log, event.principal.getId(), "logged_out")


def request_ends(event):
    """Record a failed login, if the request was one."""
    # The usual case first: this is called for each request.
    if event.request.method == "POST":
        _request_ends(event)


@site_recorder(action="login_failed")
def _request_ends(log, event):
    name = _failed_name(event.request)
    if name is None or not api.user.is_anonymous():
        return
    site = api.portal.get()
    user = site.acl_users.getUser(name) if name else None
    # What was typed may be the password.
    user_id = "" if user is None else user.getId()
    counted = FAILURES.count("/".join(site.getPhysicalPath()), user_id)
    if counted is not None:
        user_id, number = counted
        _note(log, user_id, "login_failed", attempts=number)


def _failed_name(request) -> str | None:
    """Return the name that was typed for a login that has failed, None if *request* was none."""
    published = request.get("PUBLISHED")
    view = getattr(published, "__self__", published)
    name = None
    if isinstance(view, LoginForm):
        # Without a password, the form complains.
        name = request.form.get("__ac_password") and request.form.get("__ac_name")
    elif isinstance(view, LoginService) and request.response.getStatus() == 401:
        name = json_body(request).get("login")
    return name if name and isinstance(name, str) else None


def _note(log, user_id, action, **details: Any):
    request = getRequest()
    if request is not None and activity_settings().record_client_addresses:
        address = request.getClientAddr()
        details |= {ADDRESS: address} if address else {}
    note(log, Login(USER, user_id), action, story=LoginStory, details=details)


class Failures:
    """Counts the failed logins of this process, and decides which of them to record.

    These are the first, second, fourth, eighth … of a user within a *period*, so a million attempts
    make twenty entries. Names that are of no user count as one user, whose id is empty, and so do
    further users after so many *users*.
    """

    def __init__(self, period: timedelta = timedelta(hours=1), users: int = 100):
        self._period = period
        self._users = users
        self._begin: datetime | None = None
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def count(self, site: str, user_id: str) -> tuple[str, int] | None:
        """Count a failed login. Return the id to record and its number, None to record nothing."""
        now = clock.utc_now()
        with self._lock:
            if self._begin is None or abs(now - self._begin) >= self._period:
                self._begin = now
                self._counts.clear()
            if (site, user_id) not in self._counts and len(self._counts) >= self._users:
                user_id = ""
            self._counts[site, user_id] += 1
            number = self._counts[site, user_id]
        return None if number & (number - 1) else (user_id, number)


#: The failed logins of this process.
FAILURES = Failures()
