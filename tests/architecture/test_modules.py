"""Small modules, each named by its subject."""

from pathlib import Path
from statistics import median


SOURCE = Path(__file__).parents[2] / "src" / "collective" / "appendonly"
LENGTHS = {
    module.relative_to(SOURCE): len(module.read_text("utf-8").splitlines())
    for module in SOURCE.rglob("*.py")
}


def test_no_module_is_longer_than_400_lines():
    assert {name: lines for name, lines in LENGTHS.items() if lines > 400} == {}


def test_most_modules_are_short():
    # Without the folders' own modules, which say little.
    lengths = [lines for name, lines in LENGTHS.items() if name.name != "__init__.py"]
    assert median(lengths) < 120


def test_no_module_is_called_utils():
    assert [name for name in LENGTHS if name.stem in ("util", "utils")] == []


def test_every_module_says_what_it_is():
    silent = [
        name
        for name in LENGTHS
        if not (SOURCE / name).read_text("utf-8").startswith('"""')
    ]
    assert silent == []


def test_the_namespace_is_native():
    assert not (SOURCE.parent / "__init__.py").exists()
