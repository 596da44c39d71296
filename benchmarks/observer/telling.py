"""A line of JSON for each fact, in ``observed`` in Zope's home."""

from App.config import getConfiguration
from pathlib import Path

import json


def tell(**facts) -> None:
    with Path(getConfiguration().instancehome, "observed").open("a") as file:
        file.write(json.dumps(facts) + "\n")
