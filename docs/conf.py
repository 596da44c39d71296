"""Configure Sphinx. ``make docs`` builds the pages into docs/_build/html."""

from pathlib import Path

import importlib.metadata
import sys


sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "collective.appendonly"
author = "Plone Collective"
copyright = f"2026, {author}"
release = importlib.metadata.version(project)

extensions = ["contract", "page_links"]
exclude_patterns = ["_build"]

html_theme = "alabaster"
html_static_path = ["static"]
html_theme_options = {
    "description": "Conflict-free append-only structures for the ZODB, and recent activity for Plone",
    "page_width": "74em",
    "sidebar_width": "17em",
}
