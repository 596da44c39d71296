"""What integrators may keep with an entry: JSON, since it must outlive their code."""

from collections.abc import Mapping
from typing import Any

import json


def plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *details* as JSON has it: tuples are lists in it, for example.

    Raises TypeError or ValueError for what JSON has no word for.
    """
    return json.loads(json.dumps(details, allow_nan=False))
