"""The text of pages as blocks, where Plone's distribution for Volto has them."""

from plone import api
from typing import Any

import re


_PARAGRAPH = re.compile("<p>(.*?)</p>")


def has_blocks(portal_type: str) -> bool:
    """Return whether content of *portal_type* consists of blocks."""
    portal_type = api.portal.get_tool("portal_types")[portal_type]
    return "volto.blocks" in getattr(portal_type, "behaviors", ())


def blocks_of(text: str, *others: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a page with the paragraphs in *text*, then the blocks *others*."""
    blocks = [
        {"@type": "title"},
        *(_paragraph(paragraph) for paragraph in _PARAGRAPH.findall(text)),
        *others,
    ]
    named = {f"block-{number}": block for number, block in enumerate(blocks)}
    return {"blocks": named, "blocks_layout": {"items": list(named)}}


def set_front_page(site) -> None:
    """Put the block with the recent activity on the front page of *site*, if it has blocks."""
    if has_blocks("Plone Site"):
        activity = {"@type": "recentActivity", "lines": 5}
        for name, value in blocks_of("", activity).items():
            setattr(site, name, value)


def _paragraph(text):
    return {
        "@type": "slate",
        "plaintext": text,
        "value": [{"type": "p", "children": [{"text": text}]}],
    }
