"""With the configuration in feeds.rst, no web server logs a key."""

from collective.appendonly.syndication.redaction import PARAMETER
from tests.docs.blocks import blocks

import pytest
import re


PERSONAL = f"/news/@@activity-personal.atom?{PARAMETER}=activitykey.bWFyaWE.s3cret"
OTHERS = "/news/@@activity.atom?actions=edited"


@pytest.fixture
def configured():
    """Return the example for one server."""
    examples = {block.language: block.text for block in blocks("feeds.rst")}
    return examples.__getitem__


# nginx takes the same regular expressions, but for the way in which a group gets its name.
@pytest.mark.parametrize(
    "address, logged",
    [
        (PERSONAL, f"/news/@@activity-personal.atom?{PARAMETER}=withheld"),
        (
            f"{PERSONAL}&actor=maria",
            f"/news/@@activity-personal.atom?{PARAMETER}=withheld&actor=maria",
        ),
        (OTHERS, None),
    ],
)
def test_nginx_logs_no_key(configured, address, logged):
    pattern, replaced = re.search(r'"~\*(.+?)" +"(.+?)";', configured("nginx")).groups()
    found = re.match(pattern.replace("(?<", "(?P<"), address, re.IGNORECASE)
    template = re.sub(r"\$\{(\w+)\}", r"\\g<\1>", replaced)
    assert (found and found.expand(template)) == logged


def test_apache_logs_no_request_with_a_key(configured):
    [pattern] = re.findall(
        r'SetEnvIf Request_URI "(.+)" personal', configured("apache")
    )
    # Without the query string, as Apache has it there.
    assert re.search(pattern, PERSONAL.partition("?")[0])
    assert not re.search(pattern, OTHERS.partition("?")[0])
    assert "env=!personal" in configured("apache")
