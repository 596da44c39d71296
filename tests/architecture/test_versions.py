"""buildout and pip install the same versions."""

from pathlib import Path

import runpy


ROOT = Path(__file__).parents[2]


def test_versions_cfg_says_what_the_constraints_say():
    script = runpy.run_path(str(ROOT / "scripts" / "versions.py"))
    written = (ROOT / "versions.cfg").read_text("utf-8")
    assert written == script["render"](), "Run: python scripts/versions.py"
