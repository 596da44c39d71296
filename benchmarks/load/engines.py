"""The engines that a run can be on, over a database that was made before."""

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from engines.postgresql import PostgreSQL
from engines.server import Server
from engines.zeo import ZEO
from pathlib import Path
from ZODB.config import storageFromString
from ZODB.FileStorage import FileStorage

import re


Running = tuple[Server, Callable[[], int]]


@contextmanager
def _zeo(data: Path) -> Iterator[Running]:
    # People whose Zope was killed go on in the other one, with what they did a moment ago.
    with ZEO(data=data.parent, server_sync=True) as server:
        yield server, lambda: data.stat().st_size


@contextmanager
def _postgresql(data: Path) -> Iterator[Running]:
    with PostgreSQL() as server:
        configuration = re.sub("</?zodb>", "", server.configuration)
        with (
            closing(FileStorage(str(data), read_only=True)) as source,
            closing(storageFromString(configuration)) as target,
        ):
            target.copyTransactionsFrom(source)
        dsn = re.search("dsn (.*)", server.configuration).group(1)
        yield server, lambda: _database_size(dsn)


def _database_size(dsn: str) -> int:
    import psycopg2

    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


ENGINES = {"ZEO": _zeo, "PostgreSQL": _postgresql}
