"""What is written is what is read, whatever the values; and equal rows give equal bytes."""

from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.schema.column import Column
from tasks.schema.frames import arrow, frame, in_order
from tasks.schema.table import Table
from tasks.store.parquet import read_files, write_file
from tasks.store.root import DataRoot

MAYBE = "Null when unknown."
ANYTHING = Table(
    name="anything",
    stage="staged",
    meaning="Every type that a table may hold.",
    grain="One row per id.",
    key=("post_id",),
    date_column="seen_date",
    columns=(
        Column("post_id", "id", "A 19-digit number."),
        Column("seen_date", "date", "A day.", unit="UTC day"),
        Column("seen_at", "timestamp", "A moment.", unit="UTC", null_rule=MAYBE),
        Column("likes_count", "int64", "A count.", unit="likes", minimum=0, null_rule=MAYBE),
        Column("level", "float64", "A real number.", unit="1", null_rule=MAYBE),
        Column("is_odd", "bool", "A truth value.", null_rule=MAYBE),
        Column("words", "string", "A text.", null_rule=MAYBE),
    ),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "post_id": st.integers(0, 2**63 - 1),
            "seen_date": st.dates(date(2006, 3, 21), date(2100, 1, 1)),
            "seen_at": st.none() | st.datetimes(datetime(2006, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
            "likes_count": st.none() | st.integers(0, 2**62),
            "level": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "is_odd": st.none() | st.booleans(),
            "words": st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
        }
    ),
    max_size=12,
    unique_by=lambda row: row["post_id"],
)
PATH = PurePosixPath("staged/anything/part-0.parquet")


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_rows_survive_the_disk(rows: list[dict[str, object]]) -> None:
    """Reading gives back each value, null included, and DuckDB reads the same file alike."""
    table = in_order(ANYTHING, pa.Table.from_pylist(rows, schema=ANYTHING.schema))
    with TemporaryDirectory() as folder:
        write_file(ANYTHING, table, DataRoot(folder), PATH)
        assert (
            sorted(rows, key=lambda row: row["post_id"])
            == read_files(ANYTHING, DataRoot(folder), [str(PATH)]).to_pylist()
        )
        with duckdb.connect() as engine:
            engine.execute("SET TimeZone = 'UTC'")
            # The path is the test's own temporary folder.
            found = engine.execute("SELECT post_id, likes_count, words FROM read_parquet(?)", [f"{folder}/{PATH}"])
            assert [tuple(row.values()) for row in table.select(["post_id", "likes_count", "words"]).to_pylist()] == (
                found.fetchall()
            )


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_equal_rows_give_equal_bytes(rows: list[dict[str, object]], shuffled: object) -> None:
    """The order in which rows arrive leaves no trace in the file, nor does a way through pandas."""
    with TemporaryDirectory() as folder:
        first = write_file(
            ANYTHING, in_order(ANYTHING, pa.Table.from_pylist(rows, schema=ANYTHING.schema)), DataRoot(folder), PATH
        )
        shuffled.shuffle(rows)  # type: ignore[attr-defined]
        again = arrow(ANYTHING, frame(pa.Table.from_pylist(rows, schema=ANYTHING.schema)))
        assert first == write_file(ANYTHING, again, DataRoot(folder), PATH)
        assert [f"{folder}/{PATH}"] == [str(path) for path in Path(folder).rglob("*") if path.is_file()]
