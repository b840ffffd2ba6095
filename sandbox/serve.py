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

from sandbox.server.app import Connections, application
from sandbox.server.faults import Fault
from sandbox.server.service import Service
from sandbox.settings import Settings
from sandbox.world.world import World

LOOPBACK = "127.0.0.1"
# Answers that are still slow or stalled after this long are given up.
STOP_SECONDS = 2


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    base_url: str
    world: World
    settings: Settings
    service: Service

    def reset(self) -> None:
        """Be as at the start, without starting again."""
        with self.service.lock:
            self.service.reset()

    def set_clock(self, moment: datetime, speed: float = 0.0) -> None:
        """Let the sandbox's clock stand at a moment, or run from it (sandbox seconds per real second)."""
        with self.service.lock:
            self.service.clock.set(moment, speed)

    def bill(self) -> list[dict[str, object]]:
        """One row per UTC day and endpoint: requests, objects, charged_objects, usd."""
        with self.service.lock:
            return self.service.bill.rows()

    def spent_usd(self) -> float:
        """What all answered requests cost, in US dollars."""
        with self.service.lock:
            return self.service.bill.mills / 1_000

    def inject(self, name: str, endpoint: str = "*", **details: Any) -> None:  # noqa: ANN401 - Fault checks them
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


@contextmanager
def serve(world: World, settings: Settings | None = None, port: int = 0) -> Iterator[Sandbox]:
    """Serve a world on a loopback port (0: a free one) until the block ends."""
    chosen = settings or Settings()
    service = Service(world, chosen, time.monotonic)
    connections = Connections()
    server = uvicorn.Server(
        uvicorn.Config(
            application(service, connections.hangup),
            http=connections.protocol(),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    with _listener(port) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Sandbox(f"http://{LOOPBACK}:{listener.getsockname()[1]}", world, chosen, service)
        finally:
            server.should_exit = True
            thread.join()


def _listener(port: int) -> socket.socket:
    """A listening socket."""
    # The protocol is named because asyncio sends small answers at once (no delay) only on sockets that name TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen()
    return listener
