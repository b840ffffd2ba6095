"""Start the sandbox on loopback, in a thread of this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tasks.sources.sandbox.server.app import application
from tasks.sources.sandbox.server.faults import Fault
from tasks.sources.sandbox.server.service import Service
from tasks.sources.sandbox.settings import Settings
from tasks.sources.sandbox.world.world import World

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    base_url: str
    world: World
    settings: Settings
    service: Service

    def set_clock(self, moment: datetime, speed: float = 0.0) -> None:
        """Let the sandbox's clock stand at a moment, or run from it (sandbox seconds per real second)."""
        with self.service.lock:
            self.service.clock.set(moment, speed)

    def bill(self) -> list[dict[str, object]]:
        """One row per UTC day and endpoint: requests, objects, charged_objects, usd."""
        with self.service.lock:
            return self.service.bill.rows()

    def inject(self, name: str, endpoint: str = "*", **details: Any) -> None:  # noqa: ANN401 - fields of Fault, which checks them
        """Put a fault in the queue: its name, endpoint, and times, after, seconds, amount as in `Fault`."""
        with self.service.lock:
            self.service.faults.add(Fault(name, endpoint, **details))

    def set_credits(self, usd: float | None) -> None:
        """Leave so many US dollars to pay with; None: nobody counts."""
        with self.service.lock:
            self.service.bill.credits_mills = None if usd is None else round(usd * 1_000)

    def speak(self, vocabulary: str, endpoint: str) -> None:
        """Let an endpoint speak a vocabulary from now on."""
        with self.service.lock:
            self.service.speak(vocabulary, endpoint)


class Lines:
    """The open connections, so that one can be cut off as a failing network would."""

    def __init__(self) -> None:
        """Begin without connections."""
        self._open: dict[tuple[str, int], Any] = {}

    def protocol(self) -> type[H11Protocol]:
        """An HTTP protocol that notes its connections here."""
        lines = self._open

        class Noted(H11Protocol):
            def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvicorn's own signature
                lines[tuple(transport.get_extra_info("peername"))] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                lines.pop(tuple(self.transport.get_extra_info("peername")), None)
                super().connection_lost(exc)

        return Noted

    def hangup(self, client: tuple[str, int]) -> None:
        """Cut a client off at once."""
        self._open[tuple(client)].abort()


@contextmanager
def serve(world: World, settings: Settings | None = None, port: int = 0) -> Iterator[Sandbox]:
    """Serve a world on a loopback port (0: a free one) until the block ends."""
    chosen = settings or Settings()
    service = Service(world, chosen, time.monotonic)
    lines = Lines()
    config = uvicorn.Config(
        application(service, lines.hangup), http=lines.protocol(), lifespan="off", log_config=None, ws="none", access_log=False
    )  # fmt: skip
    server = uvicorn.Server(config)
    with _listener(port) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Sandbox(f"http://{LOOPBACK}:{listener.getsockname()[1]}", world, chosen, service)
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            server.force_exit = True


def _listener(port: int) -> socket.socket:
    """A listening socket. Its protocol is named because asyncio sends small answers at once only on named TCP sockets."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen()
    return listener
