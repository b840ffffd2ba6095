"""Somebody's mail server and somebody's webhook on loopback, which keep what they take and refuse when told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any


class MailServer(ThreadingTCPServer):
    """Takes mail by SMTP (RFC 5321), except for as many as it is told to refuse."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        self.mails: list[EmailMessage] = []
        self.refusals = 0
        super().__init__(("127.0.0.1", 0), _Smtp)

    @property
    def url(self) -> str:
        """Its address, as `[notify] urls` has it."""
        return f"mailto://127.0.0.1:{self.server_address[1]}?from=gap@example.org&to=ann@example.org"


class _Smtp(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """Answer each command until the client says goodbye."""
        self._say("220 loopback")
        while (line := self.rfile.readline()) and not line.upper().startswith(b"QUIT"):
            self._say("354 go on" if line.upper().startswith(b"DATA") else "250 loopback")
            if line.upper().startswith(b"DATA"):
                self._take()
        self._say("221 bye")

    def _take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if self.server.refusals:
            self.server.refusals -= 1
            self._say("451 come back later")
            return
        parsed: Any = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.mails.append(parsed)
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Webhook(HTTPServer):
    """Takes JSON, except for as many posts as it is told to refuse."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        self.posts: list[dict[str, Any]] = []
        self.refusals = 0
        super().__init__(("127.0.0.1", 0), _Post)

    @property
    def url(self) -> str:
        """Its address, as `[notify] urls` has it."""
        return f"json://127.0.0.1:{self.server_port}/told"


class _Post(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        """Keep the JSON."""
        content = json.loads(self.rfile.read(int(self.headers["content-length"])))
        is_refused = self.server.refusals > 0
        self.server.refusals -= is_refused
        self.server.posts += [] if is_refused else [content]
        self.send_response(503 if is_refused else 200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing on the terminal."""


@contextmanager
def listening() -> Iterator[tuple[MailServer, Webhook]]:
    """Both, until the block ends."""
    with MailServer() as mail, Webhook() as hook:
        threads = [Thread(target=server.serve_forever) for server in (mail, hook)]
        for thread in threads:
            thread.start()
        try:
            yield mail, hook
        finally:
            mail.shutdown()
            hook.shutdown()
            for thread in threads:
                thread.join()
