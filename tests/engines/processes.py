"""Client processes and storms of them, as the test sees them."""

from collections import Counter
from multiprocessing.connection import wait
from tests.engines import worker
from tests.engines.reports import read_log
from tests.engines.reports import Reports

import multiprocessing
import time


DEADLINE = 60  # seconds; nothing here takes a tenth of it

# Neither threads nor Plone are inherited from the test run, and starting one takes moments.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    ["pytest", "relstorage.zodbpack", "ZEO.ClientStorage", worker.__name__]
)


class Process:
    """A client process that does steps of ``worker.Client``."""

    def __init__(self, engine):
        self.pipe, theirs = _context.Pipe()
        arguments = theirs, engine.configuration
        self._process = _context.Process(target=worker.serve, args=arguments)
        self._process.start()
        self.killed = False
        theirs.close()  # the child's is the only one, so its death ends the pipe

    def ask(self, step, *arguments):
        self.pipe.send((step, *arguments))

    def report(self):
        if not self.pipe.poll(DEADLINE):
            raise TimeoutError(f"{self._process} has not answered in {DEADLINE} s.")
        return self.pipe.recv()

    def answer(self):
        kind, answer = self.report()
        if kind == "raised":
            raise answer
        return answer

    def call(self, step, *arguments):
        self.ask(step, *arguments)
        return self.answer()

    def kill(self):
        self.killed = True
        self._process.kill()
        self._process.join()

    def close(self):
        self.kill()
        self.pipe.close()


class Storm:
    """Clients that write as fast as they can, and what they reported.

    ``jobs`` has the jobs of each client: one for each of its threads. After a transaction
    each rests for a random time, up to ``pause`` seconds.
    """

    def __init__(self, engine, name, jobs, seed, pause):
        self.reports = Reports()
        self.name = name
        self._engine, self._seed, self._pause = engine, seed, pause
        self._clients = []
        self._writers = 0
        for client_jobs in jobs:
            self.add_client(client_jobs)

    def add_client(self, jobs=("push",)):
        """Start a client, and return when its writers have begun a transaction each."""
        first, self._writers = self._writers, self._writers + len(jobs)
        writers = list(enumerate(jobs, first))
        client = Process(self._engine)
        client.writers = range(first, self._writers)
        client.ask("storm", self.name, writers, self._seed, self._pause)
        self._clients.append(client)
        ready = self.reports.ready + sum(job != "consume" for job in jobs)
        self.wait_until(lambda: self.reports.ready >= ready)
        return client

    def go(self):
        for client in self._clients:
            client.pipe.send("go")

    def wait_for_commits(self, number):
        enough = len(self.reports.done) + number
        self.wait_until(lambda: len(self.reports.done) >= enough)

    def wait_for_failures(self, number):
        enough = len(self.reports.failures) + number
        self.wait_until(lambda: len(self.reports.failures) >= enough)

    def wait_for_a_commit_to_begin(self):
        """Return the client that is committing now."""
        self.wait_until(self._committing)
        return self._committing()[0]

    def _committing(self):
        busy = {writer for writer, _ in self.reports.committing}
        return [client for client in self._clients if busy & set(client.writers)]

    def kill_client(self, client):
        client.kill()
        self._hear(client)
        assert client not in self._clients

    def stop(self):
        for client in self._clients:
            client.pipe.send("stop")
        self.wait_until(lambda: self.reports.answers == len(self._clients))
        self.close()

    def close(self):
        while self._clients:
            self._clients.pop().close()

    def read_log(self):
        return read_log(self._engine, self.name)

    def verify(self):
        """Compare the database with the reports, also during the storm."""
        self._hear(*self._clients)
        acknowledged = set(self.reports.done)
        log = self.read_log()
        self._hear(*self._clients)
        self.reports.compare(log, acknowledged)

    def kinds_of_failures(self):
        return Counter(kinds[0] for kinds, _ in self.reports.failures)

    def failures_but_conflicts(self):
        """The kinds of the failures that are not answered by a retry."""
        failures = self.reports.failures
        return {kinds[0] for kinds, _ in failures if "ConflictError" not in kinds}

    def wait_until(self, condition):
        deadline = time.monotonic() + DEADLINE
        while not condition():
            pipes = [client.pipe for client in self._clients]
            heard = wait(pipes, timeout=max(deadline - time.monotonic(), 0))
            if not heard:
                raise TimeoutError(f"Nothing more was heard: {self.reports!r}")
            self._hear(*(client for client in self._clients if client.pipe in heard))

    def _hear(self, *clients):
        for client in clients:
            try:
                while client.pipe.poll():
                    self.reports.enter(*client.pipe.recv())
            except (EOFError, ConnectionResetError):
                if not client.killed:
                    raise EOFError(f"A client died: {self.reports!r}") from None
                self._clients.remove(client)
                client.close()
