"""Text from the log, made fit for a page."""


def printable(text: str) -> str:
    """Return *text* with a question mark for each half of a character.

    Python and JSON let such halves (lone surrogates) into titles. No encoding has them, so
    that one of them would break every page that shows it.
    """
    return text.encode("utf-8", "replace").decode("utf-8")
