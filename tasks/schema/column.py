"""What a column is: its type, its unit, its bounds, and when it is null."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyarrow as pa

Stage: TypeAlias = Literal["staged", "measured", "report"]
"""How far a table has come: as observed, as computed, as people read it."""

ColumnType: TypeAlias = Literal["id", "string", "int64", "float64", "bool", "date", "timestamp"]
"""The types that every BI tool reads; anything else is refused by name."""

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True)
class Column:
    """One column, wherever it appears.

    `null_rule` says when the value is null; without it the column is never null.
    `minimum` and `maximum` are inclusive bounds; `values` is a closed list of codes.
    An `id` is int64 where it is computed with and a string in report tables,
    because spreadsheets and JavaScript round integers of 19 digits.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    formula: str = ""
    source: str = ""
    null_rule: str = ""
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()
    published_to: Literal["", "day", "day or hour"] = ""
    """To what a time is cut that may be a single person's: to the hour where Bluesky tells it, else to the day."""

    @property
    def is_nullable(self) -> bool:
        """Whether the column may be null."""
        return bool(self.null_rule)

    def arrow_type(self, stage: Stage) -> pa.DataType:
        """The Arrow type of this column in a table of the given stage."""
        if self.type == "id":
            return pa.string() if stage == "report" else pa.int64()
        return ARROW_TYPES[self.type]

    def notes(self) -> dict[str, str]:
        """Everything said of the column, as text, for file metadata and the data dictionary."""
        said = {
            "meaning": self.meaning,
            "unit": self.unit,
            "formula": self.formula,
            "source": self.source,
            "null_rule": self.null_rule or "never null",
            "minimum": "" if self.minimum is None else f"{self.minimum:g}",
            "maximum": "" if self.maximum is None else f"{self.maximum:g}",
            "values": ", ".join(self.values),
        }
        return {key: text for key, text in said.items() if text}
