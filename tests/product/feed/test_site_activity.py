"""Activity that is not about content: for each kind, a permission in the site decides today.

A thousand logins slow down nobody who cannot view them.
"""

from .conftest import BEGIN
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.permissions import MANAGE_ACTIVITY
from collective.appendonly.permissions import MANAGE_USERS
from collective.appendonly.permissions import site_permission
from datetime import timedelta
from tests.product.people import add_person
from tests.product.people import reading
from tests.structures.conftest import loaded_objects

import pytest
import transaction


EVERYBODY = ("Anonymous",)
PEOPLE = {
    "anonymous": None,
    "member": (),
    "editor": ("Editor", "Reviewer", "Contributor"),
    "administrator": ("Site Administrator",),
    "manager": ("Manager",),
}
SITE_TITLE, AUDIENCE = "plone.site_title", "collective.appendonly.audience"
#: An entry of each kind, and who has the permission to see it.
KINDS = [
    ("roles_changed", USER, "tom", "administrator manager"),
    ("roles_changed", GROUP, "gardeners", "administrator manager"),
    ("logged_in", USER, "tom", "administrator manager"),
    ("login_failed", USER, "", "administrator manager"),
    ("settings_changed", SETTING, SITE_TITLE, "administrator manager"),
    ("settings_changed", SETTING, AUDIENCE, "administrator manager"),
    ("settings_changed", SETTING, "plone.email_charset", "administrator manager"),
    ("settings_changed", SETTING, "garden.gone", "manager"),
    ("addon_installed", ADDON, "plone.session", "manager"),
    ("type_changed", TYPE, "Event", "manager"),
    ("workflow_changed", WORKFLOW, "Event", "manager"),
    ("settings_changed", "Setting", SITE_TITLE, ""),
    ("settings_changed", "", SITE_TITLE, ""),
]


@pytest.fixture
def people(garden, push, configure):
    """A log for everybody, and users of all roles."""
    configure(audience="everybody")
    for name, roles in PEOPLE.items():
        if roles is not None:
            add_person(name, "", *roles)
    transaction.commit()


@pytest.fixture
def happen(garden, log, people):
    """Push an entry that is not about content."""

    def happen(action, kind, name, principals=EVERYBODY, **others):
        entry = Entry((action,), "", "", name, kind, principals, "manager", **others)
        log.push(ChangeSet(BEGIN, "manager", (entry,)))
        transaction.commit()

    return happen


def seen(context, person, **options):
    with reading(person):
        return [
            entry for item in feed(context, **options).items for entry in item.entries
        ]


def readers(context):
    return " ".join(person for person in PEOPLE if seen(context, person))


@pytest.mark.parametrize("action, kind, name, expected", KINDS)
def test_who_sees_what(garden, happen, action, kind, name, expected):
    """Though everybody could see it when it was recorded."""
    happen(action, kind, name)
    assert readers(garden) == expected
    assert readers(garden["garden"]) == ""


@pytest.mark.parametrize(
    "kind, name, permission",
    [
        (USER, "tom", MANAGE_USERS),
        (SETTING, SITE_TITLE, "Plone Site Setup: Site"),
        (SETTING, "plone.smtp_port", "Plone Site Setup: Mail"),
        (SETTING, "plone.default_language", "Plone Site Setup: Language"),
        (SETTING, "plone.valid_tags", "Plone Site Setup: Filtering"),
        (SETTING, "plone.use_email_as_login", "Plone Site Setup: Security"),
        (SETTING, "plone.many_users", MANAGE_USERS),
        (
            SETTING,
            "plone.app.theming.interfaces.IThemeSettings.enabled",
            "Plone Site Setup: Themes",
        ),
        (SETTING, "plone.changes_expiration_days", "Manage portal"),
        (SETTING, AUDIENCE, MANAGE_ACTIVITY),
        (SETTING, "garden.gone", "Manage portal"),
        ("Document", "plone.smtp_port", None),
    ],
)
def test_the_permission_of_the_control_panel(garden, kind, name, permission):
    assert site_permission(kind, name) == permission


def test_losing_the_permission_hides_past_entries(garden, happen):
    happen("settings_changed", SETTING, SITE_TITLE)
    garden.manage_permission("Plone Site Setup: Site", ["Manager"])
    assert readers(garden) == "manager"


def test_gaining_the_permission_does_not_show_past_entries(garden, happen):
    happen("settings_changed", SETTING, SITE_TITLE, principals=("Manager",))
    garden.manage_permission("Plone Site Setup: Site", ["Manager", "Editor"])
    assert readers(garden) == "manager"


def test_the_whole_entry(garden, happen):
    values, roles = {SITE_TITLE: ["Old", "New"]}, {"tom": [[], ["Editor"]]}
    happen("settings_changed", SETTING, SITE_TITLE, values=values, roles=roles)
    [entry] = seen(garden, "manager")
    assert entry == VisibleEntry(
        ("settings_changed",),
        actor="manager",
        uid="",
        title=SITE_TITLE,
        path="",
        url=None,
        portal_type=SETTING,
        values=values,
        roles=roles,
    )
    assert not entry.is_gone


def test_a_role_that_an_earlier_user_of_the_same_id_got(garden, happen, log):
    """The new user did not get it."""
    happen("roles_changed", USER, "tom", roles={"tom": [[], ["Editor"]]})
    add_person("tom")
    transaction.commit()
    [entry] = seen(garden, "manager")
    assert (entry.title, entry.roles) == ("erased:", {"erased:0": [[], ["Editor"]]})


# Many logins


def log_in(log, count, minutes=0):
    """Push as many logins as happen within half a minute each."""
    login = Entry(
        ("logged_in",),
        "",
        "",
        "tom",
        USER,
        ("Manager", "Site Administrator"),
        "tom",
    )
    for number in range(count):
        time = BEGIN + timedelta(minutes=minutes, seconds=30 * number)
        log.push(ChangeSet(time, "tom", (login,)))
        if number % 100 == 0:
            transaction.commit()
            log._p_jar.cacheGC()
    transaction.commit()


def loads(context, person, cached, **options):
    """Return what a first page shows, and how many records it loads."""
    transaction.commit()
    cached()
    jar = context._p_jar
    with reading(person):
        feed(context, limit=1, **options)  # users, permissions, the catalog
        cached("collective.appendonly")
        jar.getTransferCounts(clear=True)
        items = feed(context, limit=8, **options).items
        return items, jar.getTransferCounts(clear=True)[0]


@pytest.fixture
def cached(functional):
    """Forget all objects, or those of the classes in a package."""

    def cached(package=""):
        for connection in functional["zodbDB"].pool.all:
            for obj in loaded_objects(connection):
                if type(obj).__module__.startswith(package):
                    obj._p_deactivate()

    return cached


@pytest.mark.parametrize("person", ["anonymous", "editor"])
@pytest.mark.parametrize("place", ["", "garden"])
def test_a_thousand_logins_make_no_feed_slower(
    garden, people, push, log, cached, person, place
):
    for number in range(8):
        push("garden/hours", number)
    context = garden[place] if place else garden
    before, few = loads(context, person, cached)
    log_in(log, 1000, minutes=10)
    after, many = loads(context, person, cached)
    assert [item.id for item in after] == [item.id for item in before]
    assert len(after) == 8
    # Those that lead past the logins, which have 125 layers.
    assert many <= few + 30


def test_the_activity_of_a_folder_is_no_slower_for_managers_either(
    garden, people, push, log, cached
):
    for number in range(8):
        push("garden/hours", number)
    _, few = loads(garden["garden"], "manager", cached)
    log_in(log, 1000, minutes=10)
    after, many = loads(garden["garden"], "manager", cached)
    assert len(after) == 8
    assert many <= few + 30


def test_a_manager_finds_what_is_rare_among_a_thousand_logins(
    garden, people, push, log, cached, happen
):
    happen("addon_installed", ADDON, "plone.session")
    push("party", 1)
    log_in(log, 1000, minutes=10)
    filters = Filters(actions=("addon_installed",))
    [item], count = loads(garden, "manager", cached, filters=filters)
    assert item.entries[0].title == "plone.session"
    assert count <= 40
