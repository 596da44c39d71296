"""Templates of what is on a page many times, or on many pages."""

from chameleon import PageTemplateFile
from pathlib import Path

import re


_BREAKS = re.compile(r">\s*\n\s*<")


class Template(PageTemplateFile):
    """The template *name* beside this module, of Chameleon itself, with compiled Python expressions.

    Zope itself prepares the names for each expression and guards each step of a path: a list takes
    eight times as long. Line breaks between two tags are not part of the result, since Plone's theme
    copies each of them as it does an element: write ``&#32;`` where there is to be a space.
    """

    def __init__(self, name: str, **options):
        # That of a template that it loads is absolute.
        super().__init__(str(Path(__file__).parent / name), **options)

    def cook(self, body: str) -> None:
        super().cook(_BREAKS.sub("><", body))
