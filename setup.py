"""Everything is said in pyproject.toml. This adds to a wheel what gettext reads of translations."""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from pathlib import Path
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTranslations(build_py):
    """Compiles the catalogs. Zope would do it at its start, if told to, and where it may write."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        for catalog in Path(self.build_lib).rglob("*.po"):
            with open(catalog, "rb") as source:
                messages = read_po(source)
            with open(catalog.with_suffix(".mo"), "wb") as compiled:
                write_mo(compiled, messages)


setup(cmdclass={"build_py": BuildWithTranslations})
