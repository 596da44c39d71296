"""Modules are neither long nor fragments, and each is named by its subject."""

from pathlib import Path
from statistics import median


SOURCE = Path(__file__).parents[2] / "src" / "collective" / "appendonly"
#: The lines of each module.
LENGTHS = {
    module.relative_to(SOURCE).as_posix(): len(module.read_text("utf-8").splitlines())
    for module in SOURCE.rglob("*.py")
}
#: The modules besides those of packages, which say little.
MODULES = {
    name: lines for name, lines in LENGTHS.items() if not name.endswith("__init__.py")
}

#: Modules with under 40 lines, each with the reason why it is one.
SHORT = {
    "browser/changes.py": "One module for each page.",
    "browser/template.py": "The list and the filter form share it.",
    "browser/title.py": "All pages for readers share it.",
    "browser/viewlet.py": "One module for each place that shows the recent activity.",
    "clock.py": "Tests replace the clock, and every package reads it.",
    "commands/backfill.py": "One module for each command.",
    "commands/import_.py": "One module for each command.",
    "commands/index.py": "One module for each command.",
    "commands/instance.py": "An entry point of plone.recipe.zope2instance.",
    "endpoint.py": "Services and the control panel share it.",
    "i18n.py": "The message factory, which every package with texts imports.",
    "presentation/days.py": "Pages, feeds and calendar share it.",
    "presentation/numbers.py": "Pages, emails and services share it.",
    "presentation/places.py": "The lists of digests and of saved filters share it.",
    "recording/differences/child_order.py": "One module for each kind of difference.",
    "recording/exclusions.py": "All event sources ask it.",
    "recording/sources/workflow.py": "One module for each event source.",
    "structures/renames.py": "An entry point of zodbupdate.",
    "structures/replacing.py": "Stack and archive share it.",
    "testing.py": "Plone looks for test layers there.",
}


def test_no_module_is_longer_than_400_lines():
    assert {name: lines for name, lines in LENGTHS.items() if lines > 400} == {}


def test_a_module_of_under_40_lines_has_a_reason():
    assert sorted(name for name, lines in MODULES.items() if lines < 40) == sorted(
        SHORT
    )


def test_most_modules_are_short():
    assert median(MODULES.values()) < 120


def test_no_module_is_called_utils():
    names = {part.removesuffix(".py") for name in LENGTHS for part in name.split("/")}
    assert names & {"util", "utils", "utilities", "helpers", "common", "misc"} == set()


def test_every_module_has_a_docstring():
    without = [
        name
        for name in LENGTHS
        if not (SOURCE / name).read_text("utf-8").startswith('"""')
    ]
    assert without == []


def test_the_namespace_is_native():
    assert not (SOURCE.parent / "__init__.py").exists()
