"""A Zope in a process of its own, on a FileStorage: what scripts, consoles and servers have.

Starting Plone takes seconds, nearly all of it imports and ZCML. So these processes are forked from
one that has done both, see ``loaded_zope``. Imports nothing of the product, since some processes
must do without it, and are started from scratch.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextlib import suppress
from demo.instance import write_configuration
from importlib import metadata
from pathlib import Path

import importlib
import logging
import lzma
import multiprocessing
import multiprocessing.forkserver
import os
import re
import shutil
import signal
import subprocess
import sys
import warnings


DEADLINE = 120  # seconds; starting Plone takes less than ten
PACKAGE = "collective.appendonly"
DATABASES = Path(__file__).parent / "upgrades"
ROOT = Path(__file__).parents[2]
#: For other processes: what can be imported here, and no warnings.
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    "PYTHONWARNINGS": "ignore",
}

_from_scratch = multiprocessing.get_context("spawn")
_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(["tests.product.loaded_zope"])


def _start(context, target, *arguments):
    before = dict(os.environ)
    # For the server of the forks, when it is started.
    os.environ.update(ENVIRONMENT)
    try:
        process = context.Process(target=target, args=arguments)
        process.start()
    finally:
        os.environ.clear()
        os.environ.update(before)
    return process


def unpack_database(version: str, folder: Path) -> Path:
    """Put the database that a *version* of the add-on wrote into *folder*; return *folder*."""
    packed = (DATABASES / f"{version}.fs.xz").read_bytes()
    (folder / "Data.fs").write_bytes(lzma.decompress(packed))
    return folder


class Zope(AbstractContextManager):
    """Zope over the database in *folder*, as a context manager.

    Where *with_package* is false the add-on is not installed, and can't be imported.
    """

    def __init__(
        self, folder: Path, with_package: bool = True, read_only: bool = False
    ):
        context = _forked if with_package else _from_scratch
        self._pipe, theirs = context.Pipe()
        configuration = configure(folder, read_only)
        self._process = _start(context, _serve, theirs, configuration, with_package)
        theirs.close()  # the child's is the only one, so its death ends the pipe

    def call(self, function, *arguments):
        """Return what ``function(app, *arguments)`` returns there.

        Raises an AssertionError with the errors that were logged.
        """
        self._pipe.send((function.__module__, function.__qualname__, arguments))
        if not self._pipe.poll(DEADLINE):
            raise TimeoutError(f"{function.__name__} has not answered in {DEADLINE} s.")
        answer, errors = self._pipe.recv()
        assert not errors, "\n".join(errors)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def __exit__(self, *exc_info):
        self._pipe.close()
        self._process.join(DEADLINE)
        self._process.kill()


class Program:
    """``python -c program arguments``, with the interface of subprocess.Popen as far as needed."""

    def __init__(self, program: str, *arguments: str):
        theirs, self._in = _forked.Pipe(duplex=False)
        self._out, out = _forked.Pipe(duplex=False)
        self._err, err = _forked.Pipe(duplex=False)
        files = theirs, out, err
        self._process = _start(_forked, _run, program, arguments, files)
        for each in files:
            each.close()
        self.pid = self._process.pid
        self.stdout = open(self._out.fileno(), closefd=False)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, text: str = "") -> tuple[str, str]:
        """Write *text* to its input; return all of its output and of its errors."""
        with ThreadPoolExecutor(1) as executor:
            errors = executor.submit(open(self._err.fileno(), closefd=False).read)
            with suppress(BrokenPipeError):
                os.write(self._in.fileno(), text.encode())
            self._in.close()
            found = self.stdout.read(), errors.result()
        self._process.join()
        return found


def run_program(program: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run ``python -c program arguments`` to its end."""
    process = Program(program, *arguments)
    out, err = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


#: The beginning of a program that gets a signal at some moment. ``interrupt_after`` gives the own
#: process the signal *number* when a function was called so often, and returns the list of calls.
INTERRUPTING = """
import importlib, os, signal

def interrupt_after(owner, name, count, number):
    original, calls = getattr(owner, name), []

    def calling(*arguments, **options):
        result = original(*arguments, **options)
        calls.append(name)
        if len(calls) == count:
            os.kill(os.getpid(), number)
        return result

    setattr(owner, name, calling)
    return calls

"""


def make_instance(script: Path, folder: Path, *arguments: str) -> Path:
    """Run *script*, which makes an instance in *folder*, with more *arguments*; return *folder*."""
    made = run_program(script.read_text(), str(folder), *arguments)
    assert made.returncode == 0, made.stderr
    return folder


def copy_instance(made: Path, folder: Path) -> Path:
    """Copy the instance in *made* to *folder*, which does not exist yet; return *folder*."""
    shutil.copytree(made, folder)
    write_configuration(folder)
    return folder


def _run(program, arguments, files):
    for number, (name, mode) in enumerate(
        [("stdin", "r"), ("stdout", "w"), ("stderr", "w")]
    ):
        os.dup2(files[number].fileno(), number)
        files[number].close()
        setattr(sys, name, open(number, mode))
    os.chdir(ROOT)
    # A package that Plone imports has added one, which a new process does not have yet.
    logging.root.handlers.clear()
    sys.argv = ["-c", *arguments]
    exec(program, {"__name__": "__main__"})


class _Errors(logging.Handler):
    """Keeps what is logged as an error, with its traceback."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.seen = []

    def emit(self, record):
        self.seen.append(f"{record.name}: {self.format(record)}")


def configure(folder: Path, read_only: bool = False) -> str:
    """Configure Zope over the database in *folder*; return the path of zope.conf."""
    configuration = Path(write_configuration(folder))
    text = configuration.read_text()
    if "CHAMELEON_CACHE" in os.environ:
        # All processes share the compiled page templates.
        text = re.sub("^  CHAMELEON_CACHE .*\n", "", text, flags=re.MULTILINE)
    if read_only:
        text = text.replace("<filestorage>", "<filestorage>\n      read-only true")
    configuration.write_text(text)
    return str(configuration)


def _serve(pipe, configuration, with_package):
    warnings.simplefilter("ignore")
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    if not with_package:
        _hide_package()

    from Testing.makerequest import makerequest
    from zope.globalrequest import setRequest
    from Zope2.Startup.run import make_wsgi_app

    import Zope2

    make_wsgi_app({}, configuration)
    app = makerequest(Zope2.app())
    setRequest(app.REQUEST)
    try:
        while True:
            module, name, arguments = pipe.recv()
            try:
                function = getattr(importlib.import_module(module), name)
                answer = function(app, *arguments)
            except Exception as error:
                logging.exception("%s failed.", name)
                answer = error
            pipe.send((answer, errors.seen[:]))
            errors.seen.clear()
    except EOFError:
        app._p_jar.db().close()


def _hide_package():
    """Hide the package and its metadata in this process."""
    everything = metadata.distributions

    def distributions(**context):
        return (each for each in everything(**context) if each.name != PACKAGE)

    metadata.distributions = distributions
    sys.meta_path.insert(0, _Refusal())


class _Refusal:
    def find_spec(self, name, path=None, target=None):
        if name == PACKAGE or name.startswith(f"{PACKAGE}."):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
