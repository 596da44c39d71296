"""Every example of the documentation works, page by page, in the order in which one reads.

What is here is done for all pages alike, by the language of the example. An example that needs
more is covered by a test of its own, named in ELSEWHERE.
"""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.i18n import counted
from collective.appendonly.log import STACK
from collective.appendonly.recording import recording_suspended
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.syndication.redaction import KeyFilter
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from configparser import ConfigParser
from lxml import etree
from packaging.requirements import Requirement
from pathlib import Path
from plone import api
from Products.GenericSetup import EXTENSION
from Products.GenericSetup import profile_registry
from tests.docs.blocks import ALL
from tests.docs.blocks import Block
from tests.docs.blocks import blocks
from tests.product.documentation import shell
from types import SimpleNamespace
from zope.component import getAdapter
from zope.component import getGlobalSiteManager
from zope.component import getUtility
from zope.component.hooks import site as in_site
from zope.configuration import xmlconfig

import ast
import doctest
import json
import logging
import pytest
import re
import transaction


DOCS = Path(__file__).parents[3] / "docs"
HOST = "https://www.example.org"

#: Examples that a test of their own covers: the page, a word that is in them, and the test,
#: which names the page.
ELSEWHERE = {
    ("feeds.rst", "log_format"): "tests/product/documentation/test_servers.py",
    ("feeds.rst", "SetEnvIf"): "tests/product/documentation/test_servers.py",
    ("retention.rst", "curl"): "tests/browser/test_nightly_job.py",
}

#: What is no example, but what somebody may see: the beginnings of such blocks.
SEEN = (
    "ERROR ZODB.ConflictResolution",
    "TypeError: ObjectReader",
    "good      Edits at the same moment",
    "What there is of",
)


@pytest.fixture
def reader(functional, portal, person, browse, tmp_path, monkeypatch):
    """Somebody who does what a page says, in a site where something is there already."""
    monkeypatch.chdir(tmp_path)
    components = getGlobalSiteManager()
    utilities = {repr(old) for old in components.registeredUtilities()}
    adapters = {repr(old) for old in components.registeredAdapters()}
    yield Reader(functional, portal, browse, tmp_path)
    for new in list(components.registeredUtilities()):
        if repr(new) not in utilities:
            components.unregisterUtility(new.component, new.provided, new.name)
    for new in list(components.registeredAdapters()):
        if repr(new) not in adapters:
            components.unregisterAdapter(
                new.factory, new.required, new.provided, new.name
            )
    logging.getLogger("my.access").filters.clear()


class Reader:
    """Knows a way for every language in which there are examples."""

    def __init__(self, layer, portal, browse, folder):
        self.layer = layer
        self.portal = portal
        self.browse = browse
        self.folder = folder
        # What the pages take for granted, and what they begin with an import of.
        self.names = {
            "api": api,
            "app": SimpleNamespace(Plone=portal),
            "archive": Archive(),
            "counted": counted,
            "getAdapter": getAdapter,
            "getUtility": getUtility,
            "IAppendStack": IAppendStack,
            "IArchive": IArchive,
            "import_everything": lambda: None,
            "import_ten_thousand_pages": lambda: None,
            "number": 2,
            "portal": portal,
            "provision": provision,
            "root": portal._p_jar.root(),
            "site": portal,
            "stack": AppendStack(),
        }

    def do(self, block: Block) -> None:
        if block.text.startswith(SEEN):
            return
        language = self.language(block)
        way = getattr(self, f"do_{language}", None)
        if way is None:
            pytest.fail(
                f"Nothing runs examples in {language!r}, as in {block}. Say what language it"
                " is in (.. code-block:: python), teach it to this module, or write a test"
                " that covers it, and name that in ELSEWHERE."
            )
        way(block.text)

    def language(self, block: Block) -> str:
        if block.text.startswith("https://"):
            return "address"
        if block.language:
            return block.language
        if shell.is_known(block.text):
            return "shell"
        try:
            ast.parse(block.text)
        except SyntaxError:
            return ""
        return "python"

    def do_python(self, text: str) -> None:
        exec(text, self.names)
        transaction.commit()

    def do_shell(self, text: str) -> None:
        shell.understand(text)

    do_console = do_sh = do_bash = do_shell

    def do_json(self, text: str) -> None:
        """Read one value, or one per line."""
        try:
            json.loads(text)
        except ValueError:
            assert [json.loads(line) for line in text.splitlines()]

    def do_text(self, text: str) -> None:
        """Understand the commands in lines of a crontab, and the like."""
        commands = re.findall(r"(?:\S*/)?activitylog .*", text)
        assert commands, "Say what this is an example of, or add it to SEEN."
        for command in commands:
            shell.understand(command)

    def do_ini(self, text: str) -> None:
        """Read a unit of systemd, and understand what it starts."""
        parser = ConfigParser(strict=False)
        parser.read_string(text)
        for section in parser.values():
            if "ExecStart" in section:
                shell.understand(section["ExecStart"])

    def do_address(self, text: str) -> None:
        """Open an address of the site; one with a secret cut short is not found."""
        path = text.strip().removeprefix(HOST)
        expected = "404" if path.endswith("…") else "200"
        browser = self.browse(path.replace("…", ""), "jane")
        assert browser.headers["Status"].startswith(expected), text

    def do_cfg(self, text: str) -> None:
        parser = ConfigParser()
        parser.read_string(text)
        names = [Requirement(line).name for line in parser["instance"]["eggs"].split()]
        assert names == ["Plone", "collective.appendonly"]

    def do_xml(self, text: str) -> None:
        """Load ZCML; import anything else by a profile that consists of it."""
        root = etree.fromstring(text).tag.rpartition("}")[2]
        if root == "configure":
            # Zope loads it when it starts, and no site is the current one.
            with in_site(None):
                xmlconfig.string(text, context=self.layer["configurationContext"])
            return
        profile = self.folder / root
        profile.mkdir()
        (profile / f"{root}.xml").write_text(text, "utf-8")
        (profile / "metadata.xml").write_text(
            "<metadata><version>1</version></metadata>"
        )
        profile_registry.registerProfile(
            root, "Example", "", str(profile), profile_type=EXTENSION
        )
        try:
            self.portal.portal_setup.runAllImportStepsFromProfile(
                f"profile-other:{root}"
            )
        finally:
            profile_registry.unregisterProfile(root)
        transaction.commit()

    def do_http(self, text: str) -> None:
        """Send a request, as the owner of the server: it says so itself."""
        head, _, body = text.partition("\n\n")
        line, *headers = head.splitlines()
        method, path, _ = line.split()
        answer = self.browse("").testapp.request(
            f"{self.portal.absolute_url()}{path}",
            method=method,
            headers=dict(header.split(": ", 1) for header in headers),
            body=body.encode(),
        )
        assert answer.status_int == {"GET": 200, "PATCH": 204}[method]


@pytest.fixture
def folders(portal, jane):
    """What the pages speak of as if it were there."""
    news = api.content.create(portal, "Folder", "news")
    bed = api.content.create(portal, "Document", "bed", title="Rose bed")
    for obj in (news, bed):
        api.content.transition(obj, "publish")
    transaction.commit()
    return {"folder": news, "bed": bed}


def pages():
    return sorted({block.page for block in ALL} - set(NARRATIVES))


#: Pages that tell a story in sessions, with blocks in between. They have tests of their own.
NARRATIVES = {"log-from-python.rst"}
#: Pages for a log that is empty.
FIRST = {"backfill.rst", "commands.rst"}


@pytest.mark.parametrize("page", pages())
def test_the_examples_of_a_page_work(page, reader, portal, request):
    if page not in FIRST:
        reader.names |= request.getfixturevalue("folders")
    if page in BEFORE:
        BEFORE[page](portal)
    for block in blocks(page):
        if not is_elsewhere(block):
            reader.do(block)
    if page in AFTERWARDS:
        AFTERWARDS[page](portal)


def is_elsewhere(block: Block) -> bool:
    return any(page == block.page and word in block.text for page, word in ELSEWHERE)


@pytest.mark.parametrize("example", ELSEWHERE, ids=lambda example: " ".join(example))
def test_examples_that_are_covered_elsewhere_are(example):
    page, word = example
    test = DOCS.parent / ELSEWHERE[example]
    assert any(word in block.text for block in blocks(page)), "Gone."
    assert page in test.read_text("utf-8"), f"{test} says nothing of {page}."


# What a page expects to be there.


def before_commands(portal):
    """A log that was exported."""
    from collective.appendonly.transfer import Export

    log = api.portal.get_tool("portal_activity")
    page = api.content.create(portal, "Document", "page")
    transaction.commit()
    lines = b"".join(Export(log).json_lines())
    # In another site it is not there.
    with recording_suspended():
        api.content.delete(page)
    deprovision(portal, STACK)
    provision(portal, STACK)
    transaction.commit()
    Path("activity.jsonl").write_bytes(lines)


BEFORE = {"commands.rst": before_commands}


# What is there when a page was read to the end.


def after_settings(portal):
    assert (
        api.portal.get_registry_record("collective.appendonly.audience") == "everybody"
    )
    assert api.portal.get_registry_record("collective.appendonly.users_left_out") == (
        "robot",
    )
    assert api.portal.get_registry_record("collective.appendonly.paths_left_out") == (
        "/intern",
    )
    column = api.portal.get_tool("portal_setup").aq_parent.restrictedTraverse(
        "++contextportlets++plone.rightcolumn"
    )
    placed = column["recent-activity"]
    assert (placed.heading, placed.scope, placed.count) == ("What’s new", "site", 5)


def after_readme(portal):
    orders = getUtility(IAppendStack, name="my.package.orders")
    assert [item for _, _, item in orders] == [b"..."]


def after_feeds(portal):
    [withholding] = logging.getLogger("my.access").filters
    assert isinstance(withholding, KeyFilter)


AFTERWARDS = {
    "README.rst": after_readme,
    "feeds.rst": after_feeds,
    "settings.rst": after_settings,
}


# The tutorial in Python


def test_the_tutorial_of_the_log_prints_what_it_shows(reader, portal, browse):
    page = "log-from-python.rst"
    before, after = blocks(page)
    reader.do(before)
    result = doctest.testfile(
        str(DOCS / page),
        module_relative=False,
        encoding="utf-8",
        globs=reader.names,
    )
    assert result.failed == 0, "The report of doctest says what came out instead."
    assert result.attempted >= 25

    reader.do(after)
    app = browse("").testapp
    app.authorization = ("Basic", ("maria", "a bed of roses"))
    text = re.sub(r"<[^>]+>", " ", app.get(f"{portal.absolute_url()}/@@activity").text)
    told = " ".join(text.split())
    # Between them is the icon of a page, which has a name.
    assert "maria watered" in told
    assert "Rose bed with 10 litres" in told
