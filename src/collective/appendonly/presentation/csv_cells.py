"""CSV that is safe to open in a spreadsheet, whatever the titles contain."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import csv
import io
import json
import re


#: The beginning of a file, by which spreadsheets recognize UTF-8.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

# Spreadsheets treat a cell with such a beginning as a formula:
# https://owasp.org/www-community/attacks/CSV_Injection. Some skip blanks, and some accept the
# fullwidth characters of East Asian keyboards as well.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Where a spreadsheet may end a cell, whatever is quoted: many take semicolons for the separators.
_END = re.compile(r"([;\t\r\n])")


def rows(rows: Iterable[Sequence[str]]) -> str:
    """Return *rows* as text."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """Return a JSON value as a cell, with an apostrophe before what could be a formula in it."""
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = " ".join(value)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    text = "".join(map(_without_formula, _END.split(text)))
    return f"'{text}" if text[:1].isspace() else text


def _without_formula(part: str) -> str:
    # There, a quotation mark would be that of a cell.
    start = part.replace('"', " ").lstrip()
    return f"'{part}" if start.startswith(_FORMULA) else part
