"""A tiny HTTP server on loopback that answers with what a test wrote down, and keeps what it was asked."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer: a JSON body, or text as it is; `is_reset` closes the connection instead, `is_silent` says nothing."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_text: bool = False
    is_reset: bool = False
    is_silent: bool = False
    missing_bytes: int = 0


@dataclass(frozen=True)
class Question:
    """What was asked."""

    path: str
    parameters: dict[str, str]
    authorization: str


class ScriptedX:
    """Gives its answers in order, the last one for ever."""

    def __init__(self, answers: list[Answer]) -> None:
        """Nothing was asked yet."""
        self.answers = answers
        self.asked: list[Question] = []
        self.root = ""
        self.is_over = threading.Event()

    def next_answer(self, question: Question) -> Answer:
        """The answer to this question, which is noted."""
        self.asked.append(question)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@contextmanager
def scripted(*answers: Answer) -> Iterator[ScriptedX]:
    """The server, until the block ends."""
    script = ScriptedX(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            question = Question(url.path, dict(parse_qsl(url.query)), self.headers.get("Authorization", ""))
            answer = script.next_answer(question)
            if answer.is_silent:
                script.is_over.wait()
            else:
                _send(self, answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield script
    finally:
        script.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    if answer.is_reset:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()
        return
    content = (answer.body if answer.is_text else json.dumps(answer.body)).encode()
    handler.send_response(answer.status)
    handler.send_header("Content-Length", str(len(content) + answer.missing_bytes))
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)
    handler.close_connection = True
