"""Days lived in a folder and in an object store by one process, which may be killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sandbox.serve import serve
from sandbox.worlds import summer
from tests.faults.killing import Warden, prepared, somebody
from tests.flows.conftest import Server
from tests.storage.store import ENVIRONMENT, Proxy, Store, proxied

SEED = 7
FIRST, DAY = date(2026, 7, 14), date(2026, 7, 15)
LEASE, PATIENCE = 3.0, 5.0
"""Short, so that a rerun need not wait long for a dead run's locks; long beside the pauses of a busy machine."""


@dataclass
class World:
    """The same days lived in a folder and in an object store, and a process that runs flows in either."""

    warden: Warden
    store: Store
    proxy: Proxy
    folder: Path

    @property
    def base(self) -> Path:
        """The folder in which the first day was lived, and nothing else."""
        return self.folder / "base"

    @property
    def uri(self) -> str:
        """The object store, through the proxy."""
        return self.store.uri("data", self.proxy.port, lease_seconds=LEASE, timeout_seconds=PATIENCE)

    def begin(self) -> None:
        """Let the object store hold the first day."""
        files = (path for path in self.base.rglob("*") if path.is_file() and ".locks" not in path.parts)
        self.store.put("data", {str(path.relative_to(self.base)): path.read_bytes() for path in files})

    def run(self, flow: str, root: str | Path, day: date = DAY) -> int:
        """The exit code of the flow."""
        return self.warden.run(flow, root, day)  # type: ignore[arg-type]  # it passes the name on

    def reports(self) -> dict[str, bytes]:
        """Every report in the object store."""
        return {name: content for name, content in self.store.objects("data").items() if name.startswith("reports/")}

    def victim(self) -> int:
        """The process that runs the flow."""
        return int((self.folder / "count.pid").read_text())


@contextmanager
def living(folder: Path, store: Store, server: Server) -> Iterator[World]:
    """One day lived in the folder."""
    errand = prepared(folder, 'level = "full"\n')
    os.environ.update(ENVIRONMENT)
    with serve(summer(SEED)) as sandbox, proxied(store) as proxy:
        warden = Warden({**server.environment, **ENVIRONMENT}, folder, sandbox, errand)
        lived = World(warden, store, proxy, folder)
        try:
            assert 0 == lived.run("daily", lived.base, FIRST), warden.said()
            warden.errand = {**warden.errand, "person": somebody(lived.base)}
            yield lived
        finally:
            warden.end()


def unlike(expected: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    """The files that one of them lacks, or holds otherwise."""
    return sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
