"""In a read-only storage a push raises ReadOnlyError, nothing changes, and reading works."""

from contextlib import closing
from contextlib import contextmanager
from tests.engines.conftest import SHARED
from tests.engines.conftest import started
from tests.engines.reports import read_log
from transaction import TransactionManager
from types import SimpleNamespace
from ZODB.config import databaseFromString
from ZODB.POSException import ReadOnlyError

import pytest
import re


pytestmark = pytest.mark.processes


def read_only(configuration):
    section = r"<(filestorage|relstorage|clientstorage)>"
    return re.sub(section, r"\g<0>\n read-only true", configuration)


@contextmanager
def opened(configuration):
    with closing(databaseFromString(configuration)) as db:
        connection = db.open(TransactionManager())
        yield connection
        connection.transaction_manager.abort()
        connection.close()


def push(connection, name, *items):
    structures = connection.root()[name]
    for item in items:
        structures["stack"].push(item, structures["archive"].addLayer)
    connection.transaction_manager.commit()


@pytest.mark.parametrize("engine", [*SHARED, "filestorage"], indirect=True)
def test_a_read_only_client_reads_and_gets_an_error_for_a_push(engine, create):
    name, items = create(engine), list(range(20))
    with opened(engine.configuration) as connection:
        push(connection, name, *items)
    reader = SimpleNamespace(configuration=read_only(engine.configuration))
    assert read_log(reader, name) == items
    with opened(reader.configuration) as connection:
        with pytest.raises(ReadOnlyError):
            push(connection, name, "too late")
        connection.transaction_manager.abort()
        assert len(connection.root()[name]["stack"]) + len(
            connection.root()[name]["archive"]
        ) == len(items)
    assert read_log(engine, name) == items


def test_clients_of_a_read_only_server_get_an_error_for_a_push(create):
    with started("zeo") as engine:
        name = create(engine)
        with opened(engine.configuration) as connection:
            push(connection, name, 1, 2, 3)
        engine.stop()
        file = engine.folder / "zeo.conf"
        file.write_text(read_only(file.read_text()))
        engine.start()
        # Without the fallback, a client waits for a server that it may write to.
        engine.configuration = engine.configuration.replace(
            "<clientstorage>", "<clientstorage>\n read-only-fallback true"
        )
        with opened(engine.configuration) as connection:
            with pytest.raises(ReadOnlyError):
                push(connection, name, "too late")
        assert read_log(engine, name) == [1, 2, 3]
