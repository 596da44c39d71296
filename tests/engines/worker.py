"""A client process: it opens the database of a storage, and runs the steps that it receives.

It reports each commit through a pipe immediately before and after it. So no report is lost when
the process is killed.
"""

from itertools import count
from random import Random
from threading import Event
from threading import Lock
from threading import Thread
from transaction import TransactionManager
from ZODB.config import databaseFromString

import logging
import os
import pickle
import resource


MAX_LAYERS = 3
MAX_LENGTH = 2
BOUND = (MAX_LAYERS - 1) * MAX_LENGTH  # items of one transaction, see IAppendStack


def push(structures, items):
    for item in items:
        structures["stack"].push(item, structures["archive"].addLayer)


def push_large(structures, items):
    push(structures, [(*item, os.urandom(10_000)) for item in items])


def push_and_discard(structures, items):
    push(structures, items)
    _, number, _ = items[0]
    if number % 5 == 0:
        archive = structures["archive"]
        return archive.discard(archive.generation - 3)


def append(structures, items):
    structures["accumulator"].extend(items)


def consume(structures, items):
    return structures["accumulator"].consume()


JOBS = {
    job.__name__: job for job in (push, push_large, push_and_discard, append, consume)
}


class Client:
    """Each public method is a step that the parent may ask for."""

    def __init__(self, pipe, configuration):
        self._pipe = pipe
        self._sending = Lock()
        self._stopped = Event()
        self._db = databaseFromString(configuration)
        self._connection = None

    def begin(self, name):
        """Begin a transaction that sees the structures as they are now."""
        self.end()
        if hasattr(self._db.storage, "ping"):
            # A ZEO client: now it has heard of all that others have committed before.
            self._db.storage.ping()
        self._connection = self._db.open(TransactionManager())
        self._structures = self._connection.root()[name]
        for structure in self._structures.values():
            structure._p_activate()

    def do(self, job, *items):
        return JOBS[job](self._structures, items)

    def commit(self):
        self._connection.transaction_manager.commit()

    def commit_but_stay_before_the_end(self):
        """Vote, and leave the rest to whoever kills somebody now."""
        hesitation = Hesitation(lambda: self._report("voted"), self._pipe.recv)
        self._connection.transaction_manager.get().join(hesitation)
        self.commit()

    def end(self):
        if self._connection is not None:
            connection, self._connection = self._connection, None
            _close(connection)

    def limit_files(self, size):
        """Limit the size of files; -1 removes the limit."""
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    def storm(self, name, writers, seed, pause):
        """Run the jobs of the writers, each in a thread, until the parent process stops them."""
        self._pause = pause
        go = Event()
        threads = [
            Thread(target=self._write, args=(name, *writer, seed, go), daemon=True)
            for writer in writers
        ]
        for thread in threads:
            thread.start()
        self._pipe.recv()
        go.set()
        self._pipe.recv()
        self._stopped.set()
        for thread in threads:
            thread.join()

    def _write(self, name, writer, job, seed, go):
        random = Random(f"{seed} {writer}")
        for number in count():
            items = [
                (writer, number, index) for index in range(random.randint(1, BOUND))
            ]
            try:
                self._transact(name, JOBS[job], (writer, number), items, go)
            except Exception as error:
                kinds = [kind.__name__ for kind in type(error).__mro__]
                self._report("failed", (writer, number), kinds, str(error))
                # A server may be starting: leave it the processor.
                self._stopped.wait(0.1)
            if self._stopped.wait(random.uniform(0, self._pause)):
                return

    def _transact(self, name, job, key, items, go):
        connection = self._db.open(TransactionManager())
        try:
            structures = connection.root()[name]
            result = job(structures, items)
            if job is consume and not result:
                self._stopped.wait(0.01)  # leave the processor to those who append
                return
            if not go.is_set():
                # All first transactions of a storm begin before one of them commits.
                self._report("ready")
                go.wait()
            # Nobody else changes it, so its serial is the transaction's id afterwards.
            receipt = structures["receipts"][key[0]]
            receipt["number"] = key[1]
            self._report("begun", key, len(items))
            changed = [each for each in structures.values() if each._p_changed]
            connection.transaction_manager.commit()
            # What was merged is thrown out of the cache.
            merged = any(each._p_changed is None for each in changed)
            self._report("done", key, receipt._p_serial, merged, result)
        finally:
            _close(connection)

    def _report(self, *report):
        with self._sending:
            self._pipe.send(report)


class Hesitation:
    """A data manager that is the last to vote, and the last before the storage finishes."""

    def __init__(self, *steps):
        self._steps = steps

    def sortKey(self):
        return "~"

    def tpc_vote(self, transaction):
        for step in self._steps:
            step()

    def tpc_begin(self, transaction):
        pass

    commit = tpc_finish = tpc_abort = abort = tpc_begin


def _close(connection):
    connection.transaction_manager.abort()
    connection.close()


def serve(pipe, configuration):
    """Do step after step, until the pipe is closed."""
    logging.disable()  # errors are reported to the parent process
    client = None
    while True:
        try:
            step, *arguments = pipe.recv()
        except EOFError:
            return
        try:
            if client is None:
                client = Client(pipe, configuration)
            answer = "answer", getattr(client, step)(*arguments)
        except Exception as error:
            answer = "raised", _portable(error)
        pipe.send(answer)


def _portable(error):
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
