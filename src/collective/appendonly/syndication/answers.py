"""What every feed's answer has in common: text that XML can hold, and its ETag."""

from hashlib import sha256

import re


# https://www.w3.org/TR/xml/#charsets: all but these may stand in a document.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(document: str) -> str:
    """Return *document* with a sign for each character that no XML document can hold.

    Titles may have control characters and halves of characters.
    """
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", document)


def entity_tag(document: str) -> str:
    """Return the ETag of *document*: made of what is told, so that it tells no more."""
    return f'"{sha256(document.encode("utf-8")).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Tell whether the header *if_none_match* says that the client has what *tag* names."""
    known = {
        each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")
    }
    return not known.isdisjoint({tag, "*"})
