"""What texts of this project must not say, and what they say instead.

``python tests/docs/language.py [FOLDER]`` counts the findings in a checkout, room by room;
with ``-v`` it also lists them.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import ast
import re
import sys


ROOT = Path(__file__).parents[2]

#: Expressions, of which case does not matter, and the plain alternative.
WORDS = {
    # One word for each thing.
    r"(?<!email )(?<!ip )(?<!network )(?<!socket )(?<!server )(?<!sender )\baddress(es)?\b": "URL",
    (
        r"(?<!Setup > )(?<!Setup → )\bmails?\b(?![-.])"
        r"(?! (host|server|client|program|reader|settings|relay|queue|control panel))"
    ): "email",
    r"(?<!based )(?<!depends )(?<!depend )(?<!built )(?<!works )\bon the log\b": "in the log",
    r"\bfolder contents\b": "Contents view",
    r"\btypes? of content\b": "content type",
    r"\bmay (not |only )?(see|read)\b": "can view, has the View permission",
    r"\bvisitors?\b": "anonymous user",
    r"\b(the|a|another|each) maintenance(?! (job|lock|run|task|window)s?\b)": "maintenance job",
    r"\bat the same moment\b": "at the same time; concurrent edits",
    r"(?<!search )(?<!template )(?<!rendering )\bengines?\b": "storage",
    r"\bkept by\b": "stored in",
    r"\bthe ancestor\b(?! of)": "predecessor (appendonly 1.2)",
    r"(?<!profile )\bpictures?\b": "heat map; screenshot",
    r"\bdeeds?\b": "action",
    r"\b(do|does|done|doing|tr(y|ies|ied|ying)) (it )?again\b(?<!please try again)": "retried",
    r"\bpaces?\b": "edit rate",
    r"\bborders?\b": "boundary",
    r"\bremed(y|ies)\b": "recommended action",
    r"\bmend(s|ed|ing)?\b": "fix, repair",
    r"\bsilent(ly)? chang\w+|\bchang\w+ silently\b": "change without event",
    r"\bgo(es)? without saying\b": "is implied by",
    r"\babsorb(s|ed|ing)?\b": "supersedes",
    # Nobody is told anything: it is shown, listed, reported or recorded.
    r"\b(told|tells|telling)\b(?! apart)|\btell (whether|nobody|every|any|some|how|what|who)": (
        "shown, listed, reported, recorded; return whether"
    ),
    # A user, another process, or you.
    r"\bwho(m)?ever\b": "a user who, anyone who",
    # “Someone” alone stands for an unknown actor: a script, or a name that is hidden.
    r"\bsomebody\b|.\bsomeone\b|\bsomeone\b.": "a user, another process",
    r"\bwho (may|might)\b": "who can",
    r"\ball that one\b|\bone may\b|\bone has to\b|\bof oneself\b|\bone's own\b": "you",
    # Turns of phrase.
    r"\b(ha(s|ve)|with) (a|no) say\b": "can veto or change; has no effect",
    r"\bas far as (you|they|one|people) (may|can)\b": "that you can view",
    r"\bnot for these eyes\b|\bfor nobody\b": "is not visible to the user",
    r"\bcomes to (its|their|your) mind\b": "random",
    r"\bfrom now on it applies\b": "saved",
    r"\bstretch(es)? of time\b": "period",
    r"\bfurther back\b": "older",
    r"\ball the same\b": "still, even so",
    r"\bis well\b": "no problems found",
    r"\blies (before|after|further|between)\b": "is before, is after",
    r"\bbrings no\b": "does not install",
    r"\bwhich is (much|little)\b": "too much, too little",
    r"\bno more (of these )?(e?mails|digests)\b": "unsubscribe",
    r"\bgathered in one place\b": "on one page",
    r"\bmeaningless\b": "random",
    r"\bgive one value\b": "only one value is allowed",
    r"\b(from|of) (all|what|everything) (that )?(somebody|people|one) (did|does)\b": "activity",
    # Metaphors as names.
    r"\bdoors?\b": "the name of what it is: an interface, a request, a client",
    r"\bharmless\b|\bsoundness\b|\bpatient(ly)?\b": "the name of what it is",
}

#: How a docstring must not begin.
OPENINGS = {
    r"\Atell\b": "Return whether, Report",
    r"\Alet\b": "the verb itself: Let X do, Do",
    r"\A(what|all that|all who|who|how)\b(?! to\b)": "a noun phrase, or a verb",
}


class Finding(NamedTuple):
    place: str
    words: str
    instead: str

    def __str__(self) -> str:
        return f"{self.place}: “{self.words}”: {self.instead}"


def findings(
    place: str, text: str, expressions: dict[str, str] = WORDS
) -> Iterator[Finding]:
    # A variable is no word.
    text = " ".join(re.sub(r"\$\{\w+\}", "", text).split())
    for expression, instead in expressions.items():
        for found in re.finditer(expression, text, re.IGNORECASE):
            words = text[max(found.start() - 25, 0) : found.end() + 25]
            yield Finding(place, words, instead)


def texts_of_screens(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Yield the English texts that translators get, each with where it is used."""
    package = root / "src" / "collective" / "appendonly"
    template = (package / "locales" / "collective.appendonly.pot").read_text("utf-8")
    for entry in template.split("\n\n")[1:]:
        places = re.findall(r"^#: \./(\S+)", entry, re.M)
        # The default of a message that has an id, or else the message itself.
        english = re.findall(r'^#\. Default: (".*(?:\n#\. ".*)*)', entry, re.M)
        english = english or re.findall(
            r'^msgid(?:_plural)? (".*(?:\n".*)*)', entry, re.M
        )
        for quoted in english:
            text = "".join(re.findall(r'"(.*)"$', quoted, re.M))
            yield f"screens: {places[0] if places else ''}", text


def pages(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Yield the prose of README and documentation, without what is code in them."""
    docs = root / "docs"
    for path in [
        root / "README.rst",
        root / "CONTRIBUTING.rst",
        *sorted(docs.glob("*.rst")),
        *sorted(docs.glob("decisions/*.rst")),
    ]:
        yield str(path.relative_to(root)), prose(path.read_text("utf-8"))


def prose(page: str) -> str:
    """Return the text of a page, without literals, targets of links, options and examples."""
    lines, inside = [], None
    for line in page.splitlines():
        indent = len(line) - len(line.lstrip())
        if inside is not None and (not line.strip() or indent > inside):
            continue
        inside = None
        if re.match(r" *\.\. (?!note|tip|warning|list-table|csv-table)[\w-]+::", line):
            # Images, includes, examples: their captions are not looked at.
            inside = indent
            continue
        if line.rstrip().endswith("::") and not line.lstrip().startswith(".. "):
            inside = indent
        lines.append(line)
    text = "\n".join(lines)
    text = re.sub(r"``.+?``", "``", text, flags=re.S)
    text = re.sub(r":(doc|ref|file|term|download):`([^<`]*?)`", "", text)
    return re.sub(r"<[^<>]+?>`", ">`", text)


def docstrings(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Yield the docstrings of the package, each with its module and name."""
    source = root / "src" / "collective" / "appendonly"
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if not isinstance(
                node,
                (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
            ):
                continue
            if text := ast.get_docstring(node):
                name = getattr(node, "name", "module")
                yield f"{path.relative_to(root)} {name}", re.sub(r"``.+?``", "``", text)


def findings_on_screens(root: Path = ROOT) -> list[Finding]:
    return [each for text in texts_of_screens(root) for each in findings(*text)]


def findings_on_pages(root: Path = ROOT) -> list[Finding]:
    return [each for text in pages(root) for each in findings(*text)]


def findings_in_docstrings(root: Path = ROOT) -> list[Finding]:
    return [
        each
        for text in docstrings(root)
        for each in (*findings(*text), *findings(*text, OPENINGS))
    ]


def room(place: str) -> str:
    """Return which part of the project a place is in."""
    path = place.split()[0]
    parts = path.split("/")
    if place.startswith("screens"):
        return "screens"
    if parts[0] == "src":
        return "docstrings: " + (f"{parts[3]}/" if len(parts) > 4 else parts[3])
    return "docs: " + ("decisions/" if "decisions" in parts[:-1] else path)


def main(arguments: list[str]) -> None:
    verbose = "-v" in arguments
    [root] = [Path(each) for each in arguments if each != "-v"] or [ROOT]
    found = [
        *findings_on_screens(root),
        *findings_on_pages(root),
        *findings_in_docstrings(root),
    ]
    lines = [str(finding) for finding in found] if verbose else []
    for name, number in sorted(Counter(room(each.place) for each in found).items()):
        lines.append(f"{number:5} {name}")
    kinds = Counter(room(each.place).partition(":")[0] for each in found)
    kinds["in all"] = len(found)
    lines.append(", ".join(f"{name}: {number}" for name, number in kinds.items()))
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
