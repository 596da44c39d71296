"""Compare the npm package of the Volto add-on with its sources: ``python scripts/npm_contents.py``.

Every file has to be in it, except for tests, and nothing else.
"""

from pathlib import Path

import json
import subprocess
import sys


PACKAGE = Path(__file__).parents[1] / "frontend" / "packages" / "volto-appendonly"
# npm adds the last three by itself.
FOLDERS = ("src", "locales")
OTHERS = {"package.json", "README.md", "LICENSE"}


def main() -> None:
    packed = subprocess.run(
        ["npm", "pack", "--dry-run", "--json"],
        cwd=PACKAGE,
        check=True,
        stdout=subprocess.PIPE,
    )
    [package] = json.loads(packed.stdout)
    inside = {file["path"] for file in package["files"]}
    expected = OTHERS | {
        file.relative_to(PACKAGE).as_posix()
        for folder in FOLDERS
        for file in (PACKAGE / folder).rglob("*")
        if file.is_file() and ".test." not in file.name and "testing" not in file.parts
    }
    if inside != expected:
        sys.exit(
            f"{package['name']} lacks {sorted(expected - inside)} and has besides"
            f" {sorted(inside - expected)}."
        )
    size = package["size"] / 1024
    print(f"{package['filename']} has {len(inside)} files, {size:.0f} KB")


if __name__ == "__main__":
    main()
