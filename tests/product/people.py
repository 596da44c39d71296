"""People with accounts."""

from AccessControl.SpecialUsers import nobody
from contextlib import contextmanager
from plone import api

import transaction


#: The password of everybody.
PASSWORD = "correct horse battery"


@contextmanager
def acting(user_id):
    """Do what is in the ``with`` block as a user, in a transaction of its own."""
    with api.env.adopt_user(username=user_id):
        yield
    transaction.commit()


def reading(user_id):
    """Act as a user, or as an anonymous user, in the ``with`` block."""
    if user_id in (None, "anonymous"):
        return api.env.adopt_user(user=nobody)
    return api.env.adopt_user(username=user_id)


def add_person(user_id, fullname="", *roles):
    """Return a new member."""
    return api.user.create(
        username=user_id,
        email="somebody@example.org",
        password=PASSWORD,
        properties={"fullname": fullname},
        roles=("Member", *roles),
    )


def add_jane():
    """Return Jane, an editor."""
    return add_person("jane", "Jane Miller", "Contributor", "Editor", "Reviewer")


def add_mary():
    """Return Mary, a member with no other role."""
    return add_person("mary", "Mary Member")
