"""A Zope in a process of its own, on a FileStorage: what scripts, consoles and servers have.

Imports nothing of the product, since some of these processes must do without it.
"""

from contextlib import AbstractContextManager
from demo.instance import write_configuration
from importlib import metadata
from pathlib import Path

import importlib
import logging
import lzma
import multiprocessing
import os
import re
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

_context = multiprocessing.get_context("spawn")


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
        self._pipe, theirs = _context.Pipe()
        arguments = (theirs, configure(folder, read_only), with_package)
        self._process = _context.Process(target=_serve, args=arguments)
        self._process.start()
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
