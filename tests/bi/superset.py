"""A Superset of its own: set up in a folder, with the packed dashboard imported, served on loopback."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.bi.reading import REPOSITORY

COMMAND = REPOSITORY / ".venv-superset" / "bin" / "superset"
PACK = REPOSITORY / "docs" / "bi" / "superset" / "pack.py"
CONFIG = Path(__file__).parent / "superset_config.py"
SECONDS_TO_START = 90


@dataclass(frozen=True)
class Desk:
    """Where Superset answers, and with which word its administrator `admin` logs in."""

    address: str
    word: str


@contextmanager
def superset(reports: Path, folder: Path) -> Iterator[Desk]:
    """Superset over the reports folder while the block runs; what it keeps lies in the given folder."""
    word = secrets.token_hex(8)
    own = {"SUPERSET_HOME": str(folder), "SUPERSET_SECRET": secrets.token_hex(32), "SUPERSET_CONFIG_PATH": str(CONFIG)}
    environment = os.environ | own | {"FLASK_APP": "superset"}
    packed = folder / "dashboard.zip"
    _say([sys.executable, str(PACK), str(reports), str(packed)], environment)
    person = ["--username", "admin", "--firstname", "a", "--lastname", "a", "--email", "a@example.org"]
    for said in (
        ["db", "upgrade"],
        ["fab", "create-admin", *person, "--password", word],
        ["init"],
        ["import-dashboards", "-p", str(packed), "-u", "admin"],
    ):
        _say([str(COMMAND), *said], environment)
    port = _free_port()
    with (folder / "served.log").open("wb") as log:
        served = subprocess.Popen(  # noqa: S603 - our own server
            [str(COMMAND), "run", "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield _started(Desk(f"http://127.0.0.1:{port}", word))
        finally:
            served.terminate()
            served.wait(timeout=30)


def _say(command: list[str], environment: dict[str, str]) -> None:
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if said.returncode:
        message = f"{' '.join(command[:2])} failed:\n{said.stderr[-4000:]}"
        raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _started(desk: Desk) -> Desk:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            requests.get(f"{desk.address}/health", timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.5)
        else:
            return desk
    message = f"Superset did not answer at {desk.address} within {SECONDS_TO_START} s"
    raise RuntimeError(message)
