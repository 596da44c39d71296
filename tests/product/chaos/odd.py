"""Odd values, and where an old, damaged or badly migrated site has them."""

from BTrees.OOBTree import OOBTree
from DateTime import DateTime
from Missing import Value as Missing
from plone import api
from plone.registry.interfaces import IRegistry
from Products.PluggableAuthService.interfaces.plugins import IPropertiesPlugin
from Products.PluggableAuthService.plugins.BasePlugin import BasePlugin
from zope.component import getUtility
from zope.i18nmessageid import Message
from zope.interface import implementer

import json
import transaction


class Spiteful:
    """An object that raises whatever it is asked."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise ZeroDivisionError(name)

    def __str__(self):
        raise ZeroDivisionError("__str__")

    __repr__ = __bool__ = __len__ = __iter__ = __str__


#: Values of JSON, as an import could leave them.
JSON_VALUES = [
    None,
    True,
    7,
    -1.5,
    10**30,
    float("nan"),
    float("-inf"),
    "",
    " ",
    "\ud800 half",
    "\x00\x0b\x1b\ufffe",
    "\u202eturned \u2066round",
    "<b>${actor}</b>",
    "%s %(a)s {0.x}",
    "a//b/../@@c",
    "long " * 2000,
    [],
    ["a", 1, None],
    [[[[]]]],
    {},
    {"a": [1, {"b": None}]},
]
VALUES = [
    *JSON_VALUES,
    b"Stra\xc3\x9fe",
    b"Stra\xdfe",
    b"",
    Missing,
    Spiteful(),
    ("a", b"b"),
    {1, "a"},
    1 + 2j,
    DateTime(0),
    int,
    Message("${a}", "plone", mapping={"a": Spiteful()}),
]

# Such as no page of Plone itself shows.
ICONS = [
    "contenttype/gone",
    "contenttype/odd",
    "input-cursor-text",
    "trash",
    "folder-symlink",
]


@implementer(IPropertiesPlugin)
class Directory(BasePlugin):
    """A plugin with odd properties for some users."""

    def __init__(self, plugin_id):
        super().__init__()
        self.id = plugin_id
        self.people = OOBTree()

    def getPropertiesForUser(self, user, request=None):
        found = self.people.get(user.getId(), {})
        if found is None:
            raise ZeroDivisionError("The directory is gone.")
        return found


def add_directory(site):
    users = site.acl_users
    users._setObject("directory", Directory("directory"))
    users.plugins.activatePlugin(IPropertiesPlugin, "directory")
    users.plugins.movePluginsTop(IPropertiesPlugin, ["directory"])


def give_properties(site, user_id, properties):
    """Give a user properties in the directory; None lets the plugin fail."""
    site.acl_users.directory.people[user_id] = properties


def change_row(site, obj, **columns):
    """Change metadata in the row that the catalog has of *obj*."""
    catalog = site.portal_catalog._catalog
    rid = catalog.uids["/".join(obj.getPhysicalPath())]
    row = list(catalog.data[rid])
    for name, value in columns.items():
        row[catalog.schema[name]] = value
    catalog.data[rid] = tuple(row)


def set_icon(name, value):
    """Store *value* as the icon *name*, whatever the registry would accept."""
    getUtility(IRegistry).records._values[f"plone.icon.{name}"] = value


def store(site, state):
    """Push a change set in the form of the database."""
    item = b"1" + json.dumps(state, ensure_ascii=False).encode("utf-8", "surrogatepass")
    log = api.portal.get_tool("portal_activity")
    log.stack.push(item, log._add_layer)


def stored(obj, **values):
    """Return a change set about *obj* in the form of the database, with other *values*."""
    entry = {
        "x": ["edited"],
        "u": api.content.get_uuid(obj),
        "/": obj.getId(),
        "n": "Title then",
        "y": "Document",
        "p": 0,
        "f": ["title"],
    }
    change_set = {"t": 1700000000000, "a": "odd0", "p": [["Anonymous"]]}
    entry.update((key, values[key]) for key in values.keys() - change_set.keys())
    change_set.update((key, values[key]) for key in values.keys() & {"t", "a"})
    return {**change_set, "e": [entry]}


def set_title_of_type(site, name, title, domain):
    fti = site.portal_types[name]
    fti.title, fti.i18n_domain = title, domain


#: The keys in a stored entry, and the others of the change set.
KEYS = [*"xu/nyfwoscqgv+ta", "m", "d"]


def plant(site, random):
    """Put odd values into everything that the activity of the odd pages is made of."""

    def odd():
        return random.choice(VALUES)

    folder = site["odd"]
    folder.title = odd()
    for page in folder.objectValues():
        page.title = odd()
        names = ["Title", "portal_type", "getId", "review_state", "Description"]
        change_row(site, page, **{name: odd() for name in random.sample(names, 3)})
    for number in range(6):
        properties = {"fullname": odd(), "email": odd(), "language": odd()}
        give_properties(site, f"odd{number}", random.choice([properties, None]))
    for name in ("Gone", "Odd"):
        set_title_of_type(site, name, odd(), odd())
    for state in site.portal_workflow.odd_workflow.states.objectValues():
        state.title = odd()
    for name in ICONS:
        set_icon(name, random.choice([odd(), "++plone++nothing.svg"]))
    pages = [*folder.objectValues(), site["calm"]]
    for _ in range(16):
        changes = {
            key: random.choice(JSON_VALUES)
            for key in random.sample(KEYS, random.randint(1, 3))
        }
        facts = {"y": random.choice(["Gone", "Odd", "Lost"]), "s": "private"}
        facts["a"] = f"odd{random.randrange(7)}"
        store(site, stored(random.choice(pages), **facts | changes))
    transaction.commit()
