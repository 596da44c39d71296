"""Write versions.cfg for buildout from the constraints for pip.

Run ``python scripts/versions.py`` after a change of constraints/plone-6.2.txt or
constraints/buildout.txt. The tests tell when it was forgotten.
"""

from pathlib import Path


ROOT = Path(__file__).parents[1]
SOURCES = ("constraints/plone-{plone}.txt", "constraints/buildout.txt")
HEAD = """\
# Written by scripts/versions.py from {sources}. Do not edit.
[versions]
"""
# buildout runs with a setuptools of its own, below 82: the one it was installed with.
NOT_FOR_BUILDOUT = {"setuptools"}


def render(plone: str = "6.2") -> str:
    """Return what versions.cfg should be, for a version of Plone."""
    pins = {}
    sources = [source.format(plone=plone) for source in SOURCES]
    for source in sources:
        for line in (ROOT / source).read_text("utf-8").splitlines():
            name, separator, version = line.partition("==")
            if separator and not line.startswith("#"):
                pins[name.strip()] = version.strip()
    lines = [
        f"{name} = {version}\n"
        for name, version in sorted(pins.items())
        if name not in NOT_FOR_BUILDOUT
    ]
    return HEAD.format(sources=" and ".join(sources)) + "".join(lines)


if __name__ == "__main__":
    (ROOT / "versions.cfg").write_text(render(), "utf-8")
