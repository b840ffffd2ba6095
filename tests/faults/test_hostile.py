"""Files made to hurt, brought in by the command as a user gives it: each is taken, or refused in one sentence."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from tests.faults import TODAY
from tests.faults.hidden import dice
from tests.faults.hostile import other_file, parquet_file
from tests.flows.conftest import Server, written_files
from tests.unit.export_files import DAYS, analytics_csv

HOSTILE_FILES = int(os.environ.get("HOSTILE_FILES", "16"))
"""`make test-faults` asks for 800: 600 of Parquet and 200 others."""
MOST_SECONDS = 60
"""For a refusal, on a machine that does much else; alone, 10 are enough. What is taken is derived: 18 years of days."""
_ORDERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PARTS = 4


@pytest.fixture(scope="module")
def held(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root in which something was brought in before."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "before.csv").write_bytes(analytics_csv(*DAYS))
    done = _bring_in(server, folder / "before.csv", folder / "data")
    assert 0 == done[0], done
    return folder / "data"


def _bring_in(server: Server, file: Path, root: Path) -> tuple[int, str, str]:
    done = server.module("flows.imports", str(file), "--handle", "ada", VANITY_GAP_DATA_ROOT=str(root), **TODAY)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("part", range(_PARTS))
def test_each_file_is_taken_or_refused_in_one_sentence(server: Server, held: Path, tmp_path: Path, part: int) -> None:
    """Exit code 0 or 2, no traceback, no hang, less than 2 KB said; what is refused leaves every byte as it was."""
    found = []
    for seed in range(part, HOSTILE_FILES, _PARTS):
        hostile = (parquet_file if seed % _PARTS else other_file)(dice(seed))
        (tmp_path / "given").mkdir()
        file, root = tmp_path / "given" / hostile.name, tmp_path / "data"
        file.write_bytes(hostile.content)
        shutil.copytree(held, root)
        before, begun = written_files(root), time.monotonic()
        code, out, err = _bring_in(server, file, root)
        seconds = time.monotonic() - begun
        wrong = _wrong(code, out, err, seconds)
        if code and before != written_files(root):
            wrong.append("the data root is another one")
        if wrong:
            found.append((seed, hostile.name, wrong))
        shutil.rmtree(root)
        shutil.rmtree(file.parent)
    assert [] == found


def _wrong(code: int, out: str, err: str, seconds: float) -> list[str]:
    """What of the answer breaks the promise."""
    said = out if code == 0 else err
    refusals = [line for line in err.splitlines() if line.startswith("refused: ")]
    broken = {
        f"exit code {code}: {err[-300:]!r}": code not in {0, 2},
        "a traceback": "Traceback" in out + err,
        f"{seconds:.0f} s": code == 2 and seconds > MOST_SECONDS,
        f"{len(said.encode())} bytes are said": len(said.encode()) > 2048,
        f"{len(refusals)} refusals: {err[-300:]!r}": code == 2 and 1 != len(refusals),
        "an order to the terminal": bool(_ORDERS.search(out + err)),
    }
    return [what for what, is_so in broken.items() if is_so]
