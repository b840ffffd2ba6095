"""Engines that read report files, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ENGINES = Path(__file__).parent / "engines"
REPOSITORY = Path(__file__).parents[2]
HERE = (sys.executable,)


def python_of(environment: str) -> tuple[str, ...]:
    """The Python of an environment that `make test-bi` installs."""
    return (str(REPOSITORY / f".venv-{environment}" / "bin" / "python"),)


@dataclass(frozen=True)
class Engine:
    """An engine: the script beside this file that reads with it, and what runs the script.

    `needs` is what must be importable, or a file that must exist.
    """

    script: str
    runner: tuple[str, ...] = HERE
    needs: str = ""

    def missing(self) -> str:
        """Why the engine cannot be asked here, in one sentence; empty when it can."""
        if self.needs.endswith(".json"):
            known = (ENGINES / self.needs).exists()
        else:
            known = (
                Path(self.runner[0]).exists()
                and not subprocess.run(  # noqa: S603 - our own interpreters
                    [*self.runner, "-c", f"import {self.needs or 'sys'}"], check=False, capture_output=True
                ).returncode
            )
        return (
            "" if known else f"{self.script}: {self.needs or 'its runner'} is not installed; make test-bi installs it"
        )


PYARROW = Engine("read_pyarrow.py")
"""The library that wrote the files: what it reads, the others must read."""

AT_HAND = (Engine("read_duckdb.py"), Engine("read_polars.py"), Engine("read_pandas.py"))
"""Engines of the project's own environment."""

INSTALLED = (
    *(
        Engine(f"read_{name}.py", python_of("bi"), needs)
        for name, needs in (
            ("duckdb", "duckdb"),
            ("polars", "polars"),
            ("pandas", "pandas"),
            ("fastparquet", "fastparquet"),
            ("spark", "pyspark"),
            ("chdb", "chdb"),
            ("hyper", "tableauhyperapi"),
        )
    ),
    Engine("read_pyarrow.py", python_of("pyarrow-10"), "pyarrow"),
    Engine("read_hyparquet.js", ("node",), "node_modules/hyparquet/package.json"),
)
"""Engines of environments of their own."""


def readings(engine: Engine, files: Sequence[str], folder: Path) -> list[str]:
    """What the engine reads in each file, in canonical form (see `engines/canonical.py`)."""
    folder.mkdir()
    asked = subprocess.run(  # noqa: S603 - our own scripts
        [*engine.runner, str(ENGINES / engine.script), str(folder)],
        input="\n".join(files) + "\n",
        env=os.environ | {"TZ": "America/New_York"},
        text=True,
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        message = f"{engine.script} failed:\n{asked.stderr}"
        raise RuntimeError(message)
    return [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]


def differences(files: Sequence[str], expected: Sequence[str], found: Sequence[str]) -> list[str]:
    """For each file that an engine reads otherwise, the first line on which it differs."""
    return [
        f"{path}: {_first(one, other)}" for path, one, other in zip(files, expected, found, strict=True) if one != other
    ]


def _first(expected: str, found: str) -> str:
    lines = zip(expected.splitlines(), found.splitlines(), strict=False)
    return next((f"{ours}\n is read as {theirs}" for ours, theirs in lines if ours != theirs), "another number of rows")
