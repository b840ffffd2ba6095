"""Where each thing lies below the data root: pure functions from names to paths."""

import re
from datetime import date
from pathlib import PurePosixPath

from tasks.schema.table import Table

RAW = PurePosixPath("raw")
RAW_PAGES = RAW / "x_api"
"""What X answered, as it said it: a folder a day, in it one an account."""
RAW_EXPORTS = RAW / "exports"
"""The files that were imported, as they were given: a folder a batch."""
STAGED = PurePosixPath("staged")
REPORTS = PurePosixPath("reports")
LATEST = REPORTS / "latest"
PAGE = REPORTS / "index.html"
MANIFEST = LATEST / "_manifest.json"
WORK = PurePosixPath("work")
SHARDS = WORK / "shards"
LEDGER = PurePosixPath("ledger")
PUBLISHING = WORK / "publishing"
"""Stands while reports are being published; after a kill it says that flat files and history may disagree."""
LOCKS = PurePosixPath(".locks")
PSEUDONYMS = PurePosixPath(".pseudonyms")
"""The secret under which people stand in reports; `flows/pseudonyms.py` makes it."""
NOTICE_FILE = PurePosixPath(".demonstration")
"""Only below a demonstration: what is to be said of everything in it, and the sign that it may be removed."""

DAY_BATCH = re.compile(r"(dt|bluesky)=\d{4}-\d{2}-\d{2}")
MONTH_BATCH = re.compile(r"(dt|bluesky)=\d{4}-\d{2}")


def day_batch(day: date) -> str:
    """The batch of rows that one day of reading X gives."""
    return f"dt={day.isoformat()}"


def bluesky_batch(day: date) -> str:
    """The batch of rows that one day of reading Bluesky gives."""
    return f"bluesky={day.isoformat()}"


def import_batch(fingerprint: str) -> str:
    """The batch of rows that one imported file gives, by the first digits of its SHA-256."""
    return f"import={fingerprint[:16]}"


def staged_folder(table: Table) -> PurePosixPath:
    """All batches of a staged table."""
    return STAGED / table.name


def staged_file(table: Table, batch: str) -> PurePosixPath:
    """One batch of a staged table: the unit in which staged rows are replaced."""
    return staged_folder(table) / batch / "part-0.parquet"


def month_batch(batch: str) -> str | None:
    """The batch of the whole month into which the batch of a day is put one day; None for an import, which stays.

    >>> month_batch("dt=2026-05-03"), month_batch("import=0123456789abcdef")
    ('dt=2026-05', None)
    """
    return batch[:-3] if DAY_BATCH.fullmatch(batch) else None


def report_folder(table: Table) -> PurePosixPath:
    """The whole history of a report table."""
    return REPORTS / table.name


def report_file(table: Table, day: date) -> PurePosixPath:
    """One day of a report table; `dt` is no column's name, so that no reader finds a column twice."""
    return report_folder(table) / f"dt={day.isoformat()}" / "part-0.parquet"


def latest_file(table: Table, ending: str = "parquet") -> PurePosixPath:
    """The whole report table as one flat file, for tools that open single files."""
    return LATEST / f"{table.name}.{ending}"


def work_file(table: Table) -> PurePosixPath:
    """Rows on their way from one task to the next, under the lock `reports`; the report task removes them."""
    return WORK / f"{table.name}.parquet"


def work_folder(table: Table) -> PurePosixPath:
    """All months of a table on its way from one task to the next."""
    return WORK / table.name


def work_month(table: Table, day: date) -> PurePosixPath:
    """The same for a table of which a range may hold more than memory should: the rows of the day's month."""
    return work_folder(table) / f"{day:%Y-%m}.parquet"


def shard_month(shard: str, table: Table, day: date) -> PurePosixPath:
    """The rows of the day's month in a shard, by its fingerprint: a killed run that is resumed uses them again."""
    return SHARDS / f"{shard}-{table.name}-{day:%Y-%m}.parquet"
