"""Which engine keeps a database, as far as it matters for who resolves conflicts."""

from ZODB.ConflictResolution import ConflictResolvingStorage


#: A ZEO client. The server resolves, or hands it to its clients.
ZEO = "zeo"
#: RelStorage resolves in the application's own process.
RELSTORAGE = "relstorage"
#: A storage of the application's own process, such as a FileStorage.
PROCESS = "process"

_PACKAGES = {"ZEO": ZEO, "relstorage": RELSTORAGE}


def engine_of(database) -> str:
    """Return which of these engines keeps *database*.

    Goes by the names of the packages: neither ZEO nor RelStorage need be installed.
    """
    kinds = resolver(database).__class__.__mro__
    packages = {kind.__module__.partition(".")[0] for kind in kinds}
    return next((_PACKAGES[name] for name in _PACKAGES.keys() & packages), PROCESS)


def resolver(database):
    """Return the storage of *database* that is asked to resolve conflicts.

    It may be wrapped, for compression or encryption. If there is none, the innermost.
    """
    storage = database.storage
    while not isinstance(storage, ConflictResolvingStorage):
        inner = getattr(storage, "base", None)
        if not hasattr(inner, "load"):
            break
        storage = inner
    return storage
