"""CSV that is safe to open in a spreadsheet, whatever people call their pages."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import csv
import io
import json


#: What a file begins with, for spreadsheets to know that it is in UTF-8.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

# What a cell begins with that spreadsheets take for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection. Some skip blanks, and some read the
# wide forms of East Asian keyboards as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(rows: Iterable[Sequence[str]]) -> str:
    """Return the text of some rows of cells."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """Return a value of JSON as a cell. An apostrophe keeps it from being a formula."""
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
