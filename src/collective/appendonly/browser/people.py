"""``@@activity-people``: the users that the filter form finds by name.

Plone's ``@@getVocabulary`` shows its vocabulary of users to those who can edit the site. Here it is
shown to those who can list its members, in the same format, which ``pat-select2`` reads.
"""

from collections.abc import Iterator
from collective.appendonly.guard import json_value
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.permissions import may_list_members
from collective.appendonly.permissions import unauthorized
from itertools import islice
from Products.Five.browser import BrowserView
from zope.component import getUtility
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm

import json


#: The maximum number of users in a response.
MOST = 50


class People(BrowserView):
    """The users whose names contain the parameter ``query``, and the user with this id.

    Without a query, all users, or none if the setting *Many users?* of Plone is on.
    """

    def __call__(self) -> str:
        # They are the members of the site, whatever somebody may list in a part of it.
        if not may_list_members():
            raise unauthorized(_("You are not allowed to filter by user."))
        typed = self.request.form.get("query", "")
        query = typed.strip() if isinstance(typed, str) else ""
        found = shown(
            lambda: list(islice(self._found(query), MOST)),
            [],
            "Users could not be searched for: %r.",
            query,
        )
        results = [
            {"id": term.value, "text": printable(term.title) or printable(term.value)}
            for term in found
        ]
        response = self.request.response
        response.setHeader("Content-Type", "application/json; charset=utf-8")
        response.setHeader("Cache-Control", "private, no-store")
        return json.dumps(json_value({"results": results, "total": len(results)}))

    def _found(self, query: str) -> Iterator[SimpleTerm]:
        factory = getUtility(IVocabularyFactory, "plone.app.vocabularies.Users")
        users = factory(self.context, query=query)
        named = {term.value: term for term in users}
        if query and query not in named and query in users:
            yield users.getTerm(query)
        yield from named.values()
