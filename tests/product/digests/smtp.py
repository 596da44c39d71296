"""A minimal SMTP server, which can be told to refuse emails."""

from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from socketserver import StreamRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread


#: In the place of a reply: the server closes the connection.
HANG_UP = None

_GO_ON = "354 go on"
_ACCEPTED = "250 taken"


class _Conversation(StreamRequestHandler):
    def handle(self):
        self._say("220 ready")
        recipient = None
        for line in self.rfile:
            verb = line[:4].upper().decode()
            if verb == "EHLO":
                self.server.greeted += 1
                self.server.on_greeting()
            elif verb == "RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            reply = self._reply(verb, recipient)
            if verb == "DATA" and reply == _GO_ON:
                self._say(reply)
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                reply = self.server.replies["."]
                if reply == _ACCEPTED:
                    parsed = message_from_bytes(
                        mail.replace(b"\r\n..", b"\r\n."), policy=default
                    )
                    self.server.mails.append((recipient, parsed))
            if reply is HANG_UP:
                return
            self._say(reply)
            if verb == "QUIT" or reply.startswith("421"):
                return

    def _reply(self, verb, recipient):
        if verb == "RCPT" and recipient in self.server.refused:
            return self.server.refused[recipient]
        return self.server.replies.get(verb, "250 as you like")

    def _say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def smtp_server():
    """Yield a server at a free port that stores its ``mails``, pairs of recipient and email.

    It calls ``on_greeting`` when a client greets it, before it answers. ``replies`` has what it
    says to commands, and at the end of an email (``.``); ``refused`` what it says to recipients.
    """
    with ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.mails = []
        server.greeted = 0
        server.on_greeting = lambda: None
        server.replies = {
            "EHLO": "250 hello",
            "DATA": _GO_ON,
            ".": _ACCEPTED,
            "QUIT": "221 bye",
        }
        server.refused = {}
        server.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
