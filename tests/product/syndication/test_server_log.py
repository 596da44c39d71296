"""A server with the default logs of Zope: none of them contains a key."""

from base64 import b64encode
from http.client import HTTPConnection
from lxml import html
from tests.product.people import PASSWORD
from tests.product.zope_process import configure
from tests.product.zope_process import ENVIRONMENT
from tests.product.zope_process import ROOT
from tests.product.zope_process import unpack_database
from urllib.parse import urlencode
from urllib.parse import urlsplit

import pytest
import signal
import socket
import subprocess
import sys


pytestmark = pytest.mark.processes

LOGIN = b64encode(f"jane:{PASSWORD}".encode()).decode()

# As mkwsgiinstance writes it, except for the level of the access log, which is off there.
SERVER = """\
[app:zope]
use = egg:Zope#main
zope_conf = {folder}/zope.conf

[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}

[filter:translogger]
use = egg:Paste#translogger
setup_console_handler = False

[pipeline:main]
pipeline =
    egg:Zope#httpexceptions
    translogger
    zope

[loggers]
keys = root, waitress, wsgi

[handlers]
keys = console, accesslog, eventlog

[formatters]
keys = generic, message

[formatter_generic]
format = %(asctime)s %(levelname)s [%(name)s:%(lineno)s][%(threadName)s] %(message)s

[formatter_message]
format = %(message)s

[logger_root]
level = DEBUG
handlers = console, eventlog

[logger_waitress]
level = DEBUG
handlers = eventlog
qualname = waitress

[logger_wsgi]
level = INFO
handlers = accesslog
qualname = wsgi
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = INFO
formatter = generic

[handler_accesslog]
class = FileHandler
args = ("{folder}/access.log", "a")
formatter = message

[handler_eventlog]
class = FileHandler
args = ("{folder}/event.log", "a")
formatter = generic
"""


@pytest.fixture
def folder(tmp_path):
    return unpack_database("first_version", tmp_path)


@pytest.fixture
def server(folder):
    """A server with the site of the first version: its port, and a function to stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configure(folder)
    (folder / "zope.ini").write_text(SERVER.format(folder=folder, port=port))
    process = subprocess.Popen(
        [sys.executable, "-m", "Zope2.Startup.serve", str(folder / "zope.ini")],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed = ""
    while "Serving on" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line

    def stop():
        nonlocal printed
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            printed += process.communicate(timeout=60)[0]
        return printed

    yield port, stop
    stop()


def ask(port, method, path, body=None, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8")
    connection.close()
    return answer.status, f"{answer.headers}\n{text}", text


def create_url(port):
    """Create a personal feed URL for Jane; return its path and query."""
    page = "/Plone/@@activity-addresses"
    login = {"Authorization": f"Basic {LOGIN}"}
    status, _, text = ask(port, "GET", page, **login)
    assert status == 200, text
    (token,) = html.fromstring(text).xpath("//input[@name='_authenticator']/@value")
    body = urlencode({"create": "1", "_authenticator": token})
    status, _, text = ask(port, "POST", page, body, **login)
    assert status == 200, text
    atom, _ = html.fromstring(text).xpath("//input[@readonly]/@value")
    return "{0.path}?{0.query}".format(urlsplit(atom))


def test_server_logs_contain_no_key(server, folder):
    port, stop = server
    url = create_url(port)
    secret = url.rpartition(".")[2]
    path, _, query = url.partition("?")
    assert len(secret) == 43
    answers = [ask(port, "GET", url)]
    assert answers[0][0] == 200
    assert "<name>jane</name>" in answers[0][2]
    for method, target, headers in (
        ("GET", f"{url}&from=yesterday", {}),
        ("GET", f"{url}&from:int=x", {}),
        ("GET", f"{path}/below?{query}", {}),
        ("GET", f"/Plone/@@activity?{query}", {}),
        ("GET", f"/nowhere?{query}", {}),
        ("GET", f"/Plone/{secret and query.removeprefix('key=')}", {}),
        ("GET", f"{path}?{query.replace('.', '%2E')}", {}),
        ("HEAD", url, {}),
        ("PUT", url, {}),
        ("GET", "/Plone", {"Referer": f"http://127.0.0.1:{port}{url}"}),
        ("GET", f"{url}%", {}),
        ("GET", f"/Plone/%FF%FE?{query}", {}),
    ):
        answers.append(ask(port, method, target, **headers))
    assert 500 in {status for status, *_ in answers}
    printed = stop()
    access = (folder / "access.log").read_text()
    assert f"{path.replace('@', '%40')}?key=withheld" in access
    written = [access, (folder / "event.log").read_text(), printed]
    written += [everything for _, everything, _ in answers]
    assert [text for text in written if secret in text] == []
    # And nowhere else in the folder of the server.
    found = [
        file
        for file in folder.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    ]
    assert found == []
