"""What a benchmark found: one figure, beside its reference in the same run and beside its bar.

A benchmark calls `record` wherever it knows a figure, also in a process that it started.
`make bench` names a file in the environment, collects the figures of all benchmarks there, and shows them as one table.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from rich.table import Table

COLLECTED = "VANITY_GAP_FIGURES"
"""The environment variable that names the file in which figures are collected, one JSON object a line."""
SCHEMA = pa.schema(
    [
        pa.field("benchmark", pa.string(), nullable=False),
        pa.field("figure", pa.string(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("reference", pa.string()),
        pa.field("reference_value", pa.float64()),
        pa.field("at_most", pa.float64()),
        pa.field("at_least", pa.float64()),
        pa.field("is_met", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Figure:
    """One figure: what was measured, in which unit, beside which reference in the same unit, within which bounds."""

    benchmark: str
    figure: str
    value: float
    unit: str
    reference: str | None = None
    reference_value: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the figure is within its bounds; None when nothing was promised."""
        if self.at_most is None and self.at_least is None:
            return None
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)


def record(figure: Figure) -> None:
    """Hand the figure to `make bench`, if that is who asks."""
    if COLLECTED in os.environ:
        with Path(os.environ[COLLECTED]).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(figure)) + "\n")


def collected(path: Path) -> list[Figure]:
    """Every figure that was recorded in the file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Figure(**json.loads(line)) for line in lines]


def write_figures(figures: list[Figure], path: Path, said: dict[str, str]) -> None:
    """The figures as Parquet, with what is `said` of the machine and the code in the file's metadata."""
    rows = [{**asdict(figure), "is_met": figure.is_met} for figure in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.Table.from_pylist(rows, SCHEMA.with_metadata(said)), path)


def shown(figures: list[Figure]) -> Table:
    """The figures as one table, those that miss their bar in bold."""
    table = Table("benchmark", "figure", "value", "", "beside", "bar", "met")
    for one in figures:
        beside = "" if one.reference is None else f"{one.reference}: {one.reference_value:,.4g}"
        bounds = [f"<= {one.at_most:,.4g}"] if one.at_most is not None else []
        bounds += [f">= {one.at_least:,.4g}"] if one.at_least is not None else []
        met = {None: "", True: "yes", False: "NO"}[one.is_met]
        style = "bold" if one.is_met is False else ""
        table.add_row(
            one.benchmark, one.figure, f"{one.value:,.4g}", one.unit, beside, " ".join(bounds), met, style=style
        )
    return table
