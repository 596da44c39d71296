"""One version, wherever it is written: as Python spells it, and as npm does."""

from importlib.metadata import version
from pathlib import Path

import json
import pytest
import re


ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
VERSION = version("collective.appendonly")
PRE_RELEASES = {"a": "alpha", "b": "beta", "rc": "rc"}


def for_npm(version: str) -> str:
    """Return *version* as npm spells it: ``1.0.0-rc.1`` for ``1.0.0rc1``."""
    release, kind, number = re.fullmatch(
        r"([\d.]+)(?:(a|b|rc)(\d+))?", version
    ).groups()
    return f"{release}-{PRE_RELEASES[kind]}.{number}" if kind else release


def test_python_and_npm_spell_versions_differently():
    assert [for_npm(each) for each in ("1.0.0", "1.0.0a2", "1.2.0b3", "1.0.0rc1")] == [
        "1.0.0",
        "1.0.0-alpha.2",
        "1.2.0-beta.3",
        "1.0.0-rc.1",
    ]


@pytest.mark.skipif(".dev" in VERSION, reason="Only a release has one version.")
def test_a_release_has_one_version():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    buildout = (ROOT / "docs" / "installing.rst").read_text("utf-8")
    assert re.findall(r'^version = "(.*)"', project, re.M) == [VERSION]
    assert re.findall(r"collective\.appendonly = (\S+)", buildout) == [VERSION]
    name = "packages/volto-appendonly"
    package = json.loads((FRONTEND / name / "package.json").read_text("utf-8"))
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    assert package["version"] == for_npm(VERSION)
    assert lock["packages"][name]["version"] == for_npm(VERSION)
