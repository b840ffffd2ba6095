"""Reads report files with ClickHouse, in this process."""

import json
from datetime import date

import canonical
from chdb.session import Session

KINDS = {
    "Bool": "bool",
    "Int64": "int64",
    "Float64": "float64",
    "String": "string",
    "Date32": "date",
    "DateTime64(6, 'UTC')": "timestamp",
}
SETTINGS = {
    # Otherwise `dt=...` in a file's path becomes a column.
    "use_hive_partitioning": 0,
    "output_format_json_quote_64bit_integers": 1,
    "output_format_json_quote_denormals": 1,
}
WORDS = {"float64": float, "date": date.fromisoformat}


class _ClickHouse:
    def __init__(self) -> None:
        self._session = Session()

    def _lines(self, asked: str) -> list[list[object]]:
        # Whole numbers stand in quotes: what stands without is a float, -0 among them.
        settings = ", ".join(f"{name} = {value}" for name, value in SETTINGS.items())
        answer = str(self._session.query(f"{asked} SETTINGS {settings}", "JSONCompactEachRow"))
        return [json.loads(line, parse_int=float) for line in answer.splitlines() if line]

    def columns(self, path: str) -> canonical.Columns:
        """The columns of the file as ClickHouse reads them."""
        described = self._lines(f"DESCRIBE file('{path}', Parquet)")
        kinds = {str(row[0]): _kind(str(row[1])) for row in described}
        asked = [
            f"toUnixTimestamp64Micro(`{name}`)" if kind == "timestamp" else f"`{name}`" for name, kind in kinds.items()
        ]
        rows = self._lines(f"SELECT {', '.join(asked)} FROM file('{path}', Parquet)")  # noqa: S608 - names of our own columns
        return [
            (name, kind, [_value(kind, row[place]) for row in rows]) for place, (name, kind) in enumerate(kinds.items())
        ]

    @property
    def version(self) -> str:
        return str(self._lines("SELECT version()")[0][0])


def _kind(said: str) -> str:
    return KINDS[said.removeprefix("Nullable(").removesuffix(")") if said.startswith("Nullable(") else said]


def _value(kind: str, value: object) -> object:
    return value if value is None or kind not in WORDS else WORDS[kind](value)  # type: ignore[operator]


if __name__ == "__main__":
    clickhouse = _ClickHouse()
    canonical.answer(f"ClickHouse {clickhouse.version}", clickhouse.columns)
