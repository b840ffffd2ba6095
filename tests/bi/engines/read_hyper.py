"""Reads report files with Hyper, the engine inside Tableau; it sends no telemetry and writes no log."""

from datetime import UTC, datetime, timedelta

import canonical
import tableauhyperapi as hyper

KINDS = {
    hyper.TypeTag.BOOL: "bool",
    hyper.TypeTag.BIG_INT: "int64",
    hyper.TypeTag.DOUBLE: "float64",
    hyper.TypeTag.TEXT: "string",
    hyper.TypeTag.DATE: "date",
    hyper.TypeTag.TIMESTAMP_TZ: "timestamp",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(value: object) -> object:
    if not isinstance(value, hyper.Timestamp):
        return value
    return (value.to_datetime().replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def read_with(connection: hyper.Connection, path: str) -> canonical.Columns:
    """The columns of the file as Hyper reads them."""
    quoted = hyper.escape_string_literal(path)
    asked = f"SELECT * FROM external({quoted}, FORMAT => 'parquet')"  # noqa: S608 - our own path, and quoted
    with connection.execute_query(asked) as answer:
        said = [(column.name.unescaped, KINDS[column.type.tag]) for column in answer.schema.columns]
        rows = list(answer)
    return [(name, kind, [_moment(row[place]) for row in rows]) for place, (name, kind) in enumerate(said)]


if __name__ == "__main__":
    with (
        hyper.HyperProcess(hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters={"log_config": ""}) as process,
        hyper.Connection(process.endpoint) as connection,
    ):
        canonical.answer(f"Hyper {hyper.__version__}", lambda path: read_with(connection, path))
