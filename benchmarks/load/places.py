"""What is where in the sites, and who works there."""

#: The side of the comparison, and its site.
SITES = {"without": "plain", "with": "recorded"}

PASSWORD = "many editors"
MANAGER = "admin", "admin"

#: The folders that all editors put pages into, besides one of their own for each.
SHARED_FOLDERS = "meadow", "pond"


def editors(number: int) -> list[str]:
    return [f"editor-{n}" for n in range(number)]


def readers(number: int) -> list[str]:
    return [f"reader-{n}" for n in range(number)]


def shared_page(editor: int) -> str:
    """Return the path of the page that this editor shares with one other.

    The two come through different Zopes.
    """
    return f"common/page-{editor // 2}"
