"""Compare the wheel in a folder with the sources: ``python scripts/contents.py DIST``.

Every file of the package has to be in it, the translations compiled, and nothing else.
"""

from pathlib import Path
from zipfile import ZipFile

import sys


SOURCES = Path(__file__).parents[1] / "src"
KINDS = (".py", ".zcml", ".pt", ".xml", ".mo")


def main(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    inside = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        file.relative_to(SOURCES).as_posix()
        for file in (SOURCES / "collective").rglob("*")
        if file.is_file() and file.suffix not in (".pyc", ".mo")
    }
    expected |= {
        f"{name.removesuffix('.po')}.mo" for name in expected if name.endswith(".po")
    }
    if inside != expected:
        sys.exit(
            f"{wheel.name} lacks {sorted(expected - inside)} and has besides"
            f" {sorted(inside - expected)}."
        )
    kinds = {kind: sum(name.endswith(kind) for name in inside) for kind in KINDS}
    print(f"{wheel.name} holds {len(inside)} files: {kinds}")
    if not all(kinds.values()):
        sys.exit("A kind is missing.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
