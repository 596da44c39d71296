"""A reader who follows the instructions on a page of the documentation."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from configparser import ConfigParser
from lxml import etree
from packaging.requirements import Requirement
from packaging.version import Version
from Products.GenericSetup import EXTENSION
from Products.GenericSetup import profile_registry
from tests.docs.blocks import Block
from tests.docs.blocks import GIVEN
from tests.product.documentation import shell
from types import SimpleNamespace
from zope.component.hooks import site as in_site
from zope.configuration import xmlconfig

import ast
import json
import pytest
import re
import transaction


HOST = "https://www.example.org"

#: Pages with code of add-ons, which runs in requests: Zope commits. Other code is typed in a console,
#: and what it does not commit is lost.
IN_REQUESTS = {"README.rst", "integrate.rst"}

#: The beginnings of blocks that show output, and are no examples.
SEEN = (
    "ERROR ZODB.ConflictResolution",
    "TypeError: ObjectReader",
    "good      Concurrent edits",
    "Data of “bob”",
)


class Reader:
    """Runs the examples, with one method for each language."""

    def __init__(self, layer, portal, browse, folder):
        self.layer = layer
        self.portal = portal
        self.browse = browse
        self.folder = folder
        self.names = {
            "app": SimpleNamespace(Plone=portal),
            "archive": Archive(),
            "import_everything": lambda: None,
            "number": 2,
            "portal": portal,
            "stack": AppendStack(),
        }

    def do(self, block: Block) -> None:
        if block.text.startswith(SEEN):
            return
        language = self.language(block)
        method = getattr(self, f"do_{language}", None)
        if method is None:
            pytest.fail(
                f"Nothing runs examples in {language!r}, as in {block}. Say what language it"
                " is in (.. code-block:: python), teach it to this class, or write a test"
                " that covers it, and name that in ELSEWHERE (test_examples.py)."
            )
        method(block.text)
        if block.page in IN_REQUESTS:
            transaction.commit()
        else:
            transaction.abort()

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
        # Each example works alone: it finds nothing that another one has imported.
        exec(text, {name: self.names[name] for name in GIVEN & self.names.keys()})

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
        """Open a URL of the site; one with a shortened secret is not found."""
        path = text.strip().removeprefix(HOST)
        expected = "404" if path.endswith("…") else "200"
        browser = self.browse(path.replace("…", ""), "jane")
        assert browser.headers["Status"].startswith(expected), text

    def do_cfg(self, text: str) -> None:
        parser = ConfigParser()
        parser.read_string(text)
        [part] = parser.sections()
        if part == "versions":
            [(name, version)] = parser[part].items()
            assert name == "collective.appendonly"
            Version(version)
            return
        names = [Requirement(line).name for line in parser[part]["eggs"].split()]
        assert (part, names) == ("instance", ["Plone", "collective.appendonly"])

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
