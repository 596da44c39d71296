"""CSV that is safe to open in a spreadsheet, whatever the titles contain."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import csv
import io
import json


#: The beginning of a file, by which spreadsheets recognize UTF-8.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

# Spreadsheets treat a cell with such a beginning as a formula:
# https://owasp.org/www-community/attacks/CSV_Injection. Some skip blanks, and some accept the
# fullwidth characters of East Asian keyboards as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(rows: Iterable[Sequence[str]]) -> str:
    """Return *rows* as text."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """Return a JSON value as a cell, with an apostrophe before what could be a formula."""
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = " ".join(value)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    return (
        f"'{text}" if text.lstrip().startswith(_FORMULA) or text[:1].isspace() else text
    )
