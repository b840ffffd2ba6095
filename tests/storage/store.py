"""An object store on loopback, in a process of its own, and a proxy before it that counts, fails and kills."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

BUCKET = "vanity-gap"
KEY, SECRET = "AKIA-OF-THE-TESTS", "the-secret-of-the-object-store-tests"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
CHANGES = frozenset({"PUT", "POST", "DELETE"})
START_SECONDS = 60


@dataclass
class Store:
    """Moto's server, which speaks S3's API and shares no code with the product's storage."""

    port: int

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
        """The test's own way in."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def uri(self, folder: str, port: int | None = None, **options: float) -> str:
        """The storage URI of a folder, through the proxy on that port where one is given."""
        said = "".join(f"&{name}={value}" for name, value in options.items())
        return f"s3://{BUCKET}/{folder}?endpoint=http://127.0.0.1:{port or self.port}{said}"

    def objects(self, folder: str) -> dict[str, bytes]:
        """Everything below the folder."""
        client = self.client
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{folder}/")
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        read = ((key, client.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys)
        return {key.removeprefix(f"{folder}/"): content for key, content in read}

    def put(self, folder: str, objects: dict[str, bytes]) -> None:
        """Let the folder hold these objects and no others."""
        client = self.client
        for name in self.objects(folder).keys() - objects.keys():
            client.delete_object(Bucket=BUCKET, Key=f"{folder}/{name}")
        for name, content in objects.items():
            client.put_object(Bucket=BUCKET, Key=f"{folder}/{name}", Body=content)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def storing(folder: Path) -> Iterator[Store]:
    """A store with one empty bucket."""
    store = Store(_free_port())
    words = (str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(store.port))
    with (folder / "moto.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603 - the words are the test's own
        try:
            _wait_until_open(store.port)
            store.client.create_bucket(Bucket=BUCKET)
            yield store
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise TimeoutError(port)
        time.sleep(0.1)


@dataclass
class Proxy:
    """Passes requests on to the store; `plan` may do something else with the n-th change or with any request.

    It gives what to do with a request, by its method, path and number: nothing, a status, `reset`, `slow`, `cut`,
    `kill before` or `kill after`.
    """

    store: Store
    plan: Callable[[str, str, int], str | int | None] = lambda *_: None
    changes_count: int = 0
    requests_count: int = 0
    headers: list[Mapping[str, str]] = field(default_factory=list)
    """Of each request."""
    victim: Callable[[], int] = lambda: 0
    ignored: str = ""
    """A header that the store does not get to see."""
    port: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def decided(self, method: str, path: str) -> str | int | None:
        """Count the request, and say what is to be done with it; locks renew themselves and are not counted."""
        with self.lock:
            self.requests_count += 1
            if method in CHANGES and "/.locks/" not in path:
                self.changes_count += 1
            return self.plan(method, path, self.requests_count)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two packets, and the second would wait 40 ms for the first one's receipt.
    disable_nagle_algorithm = True
    proxy: Proxy

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.proxy.headers.append(self.headers)
        fate = self.proxy.decided(self.command, self.path)
        if isinstance(fate, int):
            self._answer(fate, {"Content-Type": "application/xml"}, _error(fate))
        elif fate == "reset":
            self._hang_up()
        elif fate == "slow":
            time.sleep(4 * SLOW_SECONDS)
            self._hang_up()
        elif fate == "kill before":
            os.kill(self.proxy.victim(), signal.SIGKILL)
            self._hang_up()
        else:
            self._forward(body, str(fate))

    def _forward(self, body: bytes, fate: str) -> None:
        link = HTTPConnection("127.0.0.1", self.proxy.store.port, timeout=60)
        headers = {name: text for name, text in self.headers.items() if name.lower() != self.proxy.ignored.lower()}
        link.request(self.command, self.path, body or None, headers)
        answer = link.getresponse()
        content = answer.read()
        if fate == "kill after":
            os.kill(self.proxy.victim(), signal.SIGKILL)
            self._hang_up()
        elif fate == "lost":
            self._hang_up()
        else:
            self._relay(answer, content, is_cut=fate == "cut")
        link.close()

    def _relay(self, answer: HTTPResponse, content: bytes, *, is_cut: bool) -> None:
        hop = {"connection", "transfer-encoding", "content-length"}
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in hop}
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        self._answer(
            answer.status,
            {**headers, "Content-Length": length or "0"},
            content[: len(content) // 2] if is_cut else content,
        )
        if is_cut:
            self._hang_up()

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815 - the names that http.server asks for


SLOW_SECONDS = 0.5
"""The patience of clients in these tests, who ask again after it."""


def _error(status: int) -> bytes:
    code = {500: "InternalError", 503: "SlowDown"}[status]
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>later</Message></Error>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed leaves its connection; that is the test."""


@contextmanager
def proxied(store: Store) -> Iterator[Proxy]:
    """A proxy before the store, on a port of its own."""
    proxy = Proxy(store)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    proxy.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
