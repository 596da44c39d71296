"""Which engine keeps a database, as far as it matters for who resolves conflicts."""

from collections.abc import Iterator


#: A ZEO client. The server resolves, or hands it to its clients.
ZEO = "zeo"
#: RelStorage resolves in the application's own process.
RELSTORAGE = "relstorage"
#: A storage of the application's own process, such as a FileStorage.
PROCESS = "process"


def engine_of(database) -> str:
    """Return which of these engines keeps *database*.

    Goes by the names of the classes: neither ZEO nor RelStorage need be installed.
    """
    for storage in _unwrapped(database.storage):
        packages = {kind.__module__.partition(".")[0] for kind in _kinds(storage)}
        if "ZEO" in packages:
            return ZEO
        if "relstorage" in packages:
            return RELSTORAGE
    return PROCESS


def innermost(database):
    """Return the storage that keeps *database*, without what is wrapped around it."""
    *_, storage = _unwrapped(database.storage)
    return storage


def _kinds(storage) -> tuple[type, ...]:
    # One for blobs pretends to be what it wraps, and that is what counts.
    return storage.__class__.__mro__


def _unwrapped(storage) -> Iterator[object]:
    """Yield *storage*, and what it wraps: the changes of a demo, or a base."""
    while storage is not None:
        yield storage
        inner = (getattr(storage, name, None) for name in ("changes", "base"))
        storage = next((found for found in inner if hasattr(found, "load")), None)
