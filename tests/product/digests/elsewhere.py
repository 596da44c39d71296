"""What somebody else does at the same time, over a connection of their own."""

from contextlib import nullcontext
from plone import api
from Testing.makerequest import makerequest
from threading import Thread
from zope.component.hooks import setSite
from zope.globalrequest import clearRequest
from zope.globalrequest import setRequest

import transaction


def elsewhere(functional, do, user=None):
    """Return what ``do(site)`` returns in another thread, as *user* or as nobody, and commit."""
    answers = []

    def work():
        transaction.begin()
        connection = functional["app"]._p_jar.db().open()
        try:
            app = makerequest(connection.root()["Application"])
            setRequest(app.REQUEST)
            setSite(app["plone"])
            acting = api.env.adopt_user(username=user) if user else nullcontext()
            with acting:
                answers.append(do(app["plone"]))
                transaction.commit()
        finally:
            transaction.abort()
            setSite(None)
            clearRequest()
            connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()
    (answer,) = answers
    return answer
