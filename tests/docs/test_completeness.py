"""The reference documents everything public. Each test names what is missing, and where."""

from collections.abc import Iterable
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.commands.main import main
from collective.appendonly.interfaces import IActivitySettings
from importlib import import_module
from lxml import etree
from tests.docs.blocks import PAGES
from tests.docs.blocks import ROOT
from tests.structures.exhaustive import FAMILIES
from tests.structures.exhaustive import Family
from zope.dottedname.resolve import resolve
from zope.interface.interface import InterfaceClass
from zope.interface.interfaces import IObjectEvent
from zope.schema import getFieldNames
from zope.schema import getFields

import click
import pytest
import re


PACKAGE = "collective.appendonly"
SOURCE = ROOT / "src" / "collective" / "appendonly"

#: What other packages import from. The names are those of ``__all__``, or else all.
PUBLIC = (
    PACKAGE,
    f"{PACKAGE}.feed",
    f"{PACKAGE}.interfaces",
    f"{PACKAGE}.operations.backfill",
    f"{PACKAGE}.operations.maintenance",
    f"{PACKAGE}.recording",
    f"{PACKAGE}.structures.check",
    f"{PACKAGE}.structures.interfaces",
    f"{PACKAGE}.zcml.provisioning",
)


def expect(page: str, kind: str, names: Iterable[str]) -> None:
    """Fail with a message unless *page* has all *names*, as words or as code."""
    text = PAGES.get(page, "")
    missing = [
        name
        for name in names
        if not re.search(rf"(?<![\w.@-]){re.escape(name)}(?![\w-])", text)
    ]
    assert missing == [], (
        f"docs/{page} lacks {kind}: {', '.join(missing)}. Add them there."
    )


def registered(directive: str) -> list[etree._Element]:
    """Return the elements of that name in all ZCML of the package."""
    return [
        element
        for zcml in SOURCE.rglob("*.zcml")
        for element in etree.parse(zcml).iter(f"{{*}}{directive}")
    ]


def names(directive: str, attribute: str = "name") -> set[str]:
    return {element.get(attribute) for element in registered(directive)}


def test_every_page():
    expect("pages.rst", "pages", {f"@@{name}" for name in names("page")})


def test_every_service():
    expect("pages.rst", "services", names("service"))


@pytest.mark.parametrize("service", sorted(names("service")))
def test_every_service_is_explained(service):
    expect("rest.rst", "services", [service])


def test_every_viewlet_and_portlet():
    expect("pages.rst", "viewlets", names("viewlet"))
    expect("pages.rst", "portlets", names("portlet"))


def test_every_entry_of_a_menu():
    actions = etree.parse(SOURCE / "profiles" / "default" / "actions.xml")
    found = actions.findall(".//object[@meta_type='CMF Action']")
    expect("pages.rst", "entries of menus", [action.get("name") for action in found])


def test_every_permission():
    expect("pages.rst", "permissions", names("permission", "title"))
    expect("pages.rst", "permissions", names("permission", "id"))


@pytest.mark.parametrize("name", sorted(names("directive")))
def test_every_zcml_directive_with_its_attributes(name):
    expect("zcml.rst", "directives", [f"appendonly:{name}"])
    section = PAGES["zcml.rst"].partition(f"\n``appendonly:{name}``\n")[2]
    section = section.partition("\n``appendonly:")[0]
    [directive] = [
        element for element in registered("directive") if element.get("name") == name
    ]
    schema = resolve(directive.get("schema"), f"{PACKAGE}.zcml")
    documented = set(re.findall(r"^``(\w+)``$", section, re.M))
    assert documented == set(getFieldNames(schema)), f"docs/zcml.rst, appendonly:{name}"


def test_every_setting():
    settings = {
        f"*{field.title}* (``{name}``)"
        for name, field in getFields(IActivitySettings).items()
    }
    expect("settings.rst", "settings, with their titles", settings)


def test_every_action():
    expect(
        "rest.rst",
        "actions",
        set(RECORDED_ACTIONS) - {"checked_out", "checkout_cancelled"},
    )


def commands(
    group: click.Group, prefix: str = ""
) -> Iterable[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")


@pytest.mark.parametrize(
    "name, command", [pytest.param(*found, id=found[0]) for found in commands(main)]
)
def test_every_command_with_its_options(name, command):
    """The options may be documented on another page about this command."""
    expect("commands.rst", "commands", [name])
    use = re.compile(rf"activitylog .*\b{name}\b")
    text = "\n".join(text for text in PAGES.values() if use.search(text))
    missing = [
        max(parameter.opts, key=len)
        for parameter in command.params
        if isinstance(parameter, click.Option)
        and not parameter.hidden
        and not any(option in text for option in parameter.opts)
    ]
    assert missing == [], f"No page about activitylog {name} documents {missing}."


def contracts() -> dict[str, set[str]]:
    """Return the modules that the reference of the API shows, with what it leaves out."""
    found = {}
    lines = PAGES["python.rst"].splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith(".. contract:: "):
            is_whole = ":names:" not in following
            omitted = set(following.partition(":omit:")[2].split())
            found[line.split()[2]] = omitted if is_whole else {"*"}
    return found


def test_the_whole_python_api():
    shown = contracts()
    missing = [module for module in PUBLIC if "*" in shown.get(module, {"*"})]
    assert missing == [], "docs/python.rst lacks them, or a part: .. contract:: MODULE"
    omitted = {name for module in PUBLIC for name in shown[module]}
    assert omitted == {"IActivitySettings"}, (
        "docs/settings.rst has this one, and no other."
    )


def test_every_event_is_in_the_python_api():
    events = {
        (module, name)
        for path in SOURCE.rglob("*.py")
        for module in [".".join(path.relative_to(ROOT / "src").with_suffix("").parts)]
        if "IObjectEvent" in path.read_text("utf-8")
        for name, value in vars(import_module(module)).items()
        if isinstance(value, InterfaceClass)
        and value.__module__ == module
        and value.extends(IObjectEvent)
    }
    assert events != set()
    shown = contracts()
    missing = [
        name for module, name in events if name in shown.get(module, {name, "*"})
    ]
    assert missing == [], "Add to docs/python.rst: .. contract:: MODULE"


def test_every_subpackage():
    rooms = {
        f"{path.name}/" for path in SOURCE.iterdir() if (path / "__init__.py").exists()
    }
    expect("architecture.rst", "rooms", rooms)


def test_every_upgrade_step():
    steps = {element.get("destination") for element in registered("upgradeSteps")}
    steps |= {element.get("destination") for element in registered("upgradeStep")}
    expect("installing.rst", "versions of the profile", steps - {None})


def test_every_target_of_make():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.M)
    text = (ROOT / "CONTRIBUTING.rst").read_text("utf-8")
    missing = [
        name for name in targets if name != "help" and f"``make {name}``" not in text
    ]
    assert missing == [], (
        "CONTRIBUTING.rst lacks targets of make. Add them to its table."
    )


def test_external_links_are_encrypted():
    """The link checker does not follow them."""
    pages = {
        **PAGES,
        "CONTRIBUTING.rst": (ROOT / "CONTRIBUTING.rst").read_text("utf-8"),
    }
    plain = {
        (name, address)
        for name, text in pages.items()
        for address in re.findall(r"<(http:[^>]+)>`_", text)
    }
    assert plain == set()


def test_the_number_of_interleavings():
    total = sum(map(Family.interleavings, FAMILIES))
    assert f"{total:,}".replace(",", " ") in PAGES["conflict-resolution.rst"]
