"""Why a file cannot be imported."""


class ImportFailed(Exception):
    """The message tells an operator why, and what to do."""


class Damaged(ImportFailed):
    """Something is wrong with the file."""
