"""A minimal SMTP server."""

from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from socketserver import StreamRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread


class _Conversation(StreamRequestHandler):
    def handle(self):
        self._say("220 ready")
        recipient = None
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.server.greeted += 1
                self.server.on_greeting()
                self._say("250 hello")
            elif verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                self._say("250 known")
            elif verb == b"DATA":
                self._say("354 go on")
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                parsed = message_from_bytes(
                    mail.replace(b"\r\n..", b"\r\n."), policy=default
                )
                self.server.mails.append((recipient, parsed))
                self._say("250 taken")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 as you like")

    def _say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def smtp_server():
    """Yield a server at a free port that stores its ``mails``, pairs of recipient and email.

    It calls ``on_greeting`` when a client greets it, before it answers.
    """
    with ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.mails = []
        server.greeted = 0
        server.on_greeting = lambda: None
        server.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
