"""Figures of a benchmark: recorded in any process, held to their bars, read by another engine."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.figures import COLLECTED, Figure, collected, write_figures
from tests.benchmarks.timed_daily import PLACES, holder_of

RECORDING = """
from tests.benchmarks.figures import Figure, record
record(Figure("judging", "ten million followers", 2.0, "s", "polars", 2.5, at_most=2.5))
"""


def test_a_figure_of_another_process_reaches_the_table(tmp_path: Path) -> None:
    """What a child recorded stands in the Parquet file, as DuckDB reads it, with the machine beside it."""
    lines, written = tmp_path / "figures.jsonl", tmp_path / "bench.parquet"
    environment = {**os.environ, COLLECTED: str(lines)}
    subprocess.run([sys.executable, "-c", RECORDING], check=True, env=environment, cwd=Path(__file__).parents[2])  # noqa: S603 - our own code
    write_figures(collected(lines), written, {"cores": "2"})
    asked = f"SELECT benchmark, value, unit, reference, reference_value, at_most, is_met FROM '{written}'"  # noqa: S608 - our file
    assert [("judging", 2.0, "s", "polars", 2.5, 2.5, True)] == duckdb.sql(asked).fetchall()
    told = duckdb.sql(f"SELECT value FROM parquet_kv_metadata('{written}') WHERE key = 'cores'").fetchall()  # noqa: S608 - our file
    assert [(b"2",)] == told


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "expected"),
    [
        (3.0, 3.0, None, True),
        (3.1, 3.0, None, False),
        (99.0, None, 100.0, False),
        (100.0, None, 100.0, True),
        (5.0, 4.0, 1.0, False),
        (5.0, None, None, None),
    ],
)
def test_a_bar_is_met_up_to_its_bound(
    value: float, at_most: float | None, at_least: float | None, expected: bool | None
) -> None:
    """A bound itself is met; without a bound nothing was promised."""
    assert expected is Figure("b", "f", value, "s", at_most=at_most, at_least=at_least).is_met


@pytest.mark.parametrize("place", [place for places in PLACES.values() for place in places])
def test_the_daily_flow_has_what_is_timed(place: str) -> None:
    """A function that was renamed would end the benchmark, which no other test runs."""
    holder, function = holder_of(place)
    assert callable(getattr(holder, function))
