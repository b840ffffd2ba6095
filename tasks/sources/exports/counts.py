"""A generic CSV of dates and follower counts, from wherever somebody kept them."""

from datetime import date

from tasks.schema.staged import ACCOUNT_SNAPSHOTS
from tasks.sources.exports.dates import reading_time
from tasks.sources.exports.export import Export, Owner, staged_frame
from tasks.sources.exports.sheet import Sheet, SheetColumns, SheetRow, read_sheet, refuse_future, refuse_repeats

COUNTS_COLUMNS = SheetColumns(
    {
        "date": ("date", "day"),
        "followers_count": ("followers", "followerscount"),
        "following_count": ("following", "followingcount", "friends"),
        "posts_count": ("posts", "postscount", "tweets", "tweetscount"),
        "listed_count": ("listed", "listedcount"),
    },
    frozenset({"date", "followers_count"}),
)


def counts_export(content: bytes, name: str, owner: Owner, today: date) -> Export:
    """The counts of a CSV with the columns `date,followers`, and `following`, `posts`, `listed` where it has them.

    They are rows of `account_snapshots`; days may be missing, and stay unknown.
    A count is taken as read at the end of its day, one of `today` at its beginning.
    Further columns are left out, and the notes name them.
    Raises `ExportRefusedError` on a foreign header, a repeated day, a day in the future, or what is no count.
    """
    sheet = read_sheet(content, name, COUNTS_COLUMNS)
    if not sheet.titles.keys() >= COUNTS_COLUMNS.required:
        raise sheet.refusal(None, "the header must name date and followers; name the columns so")
    if not sheet.rows:
        raise sheet.refusal(None, "holds a header and no day; add a line for each day with a count")
    days = sheet.days()
    refuse_future(sheet, days, today)
    refuse_repeats(sheet, days)
    about: dict[str, object] = {
        "account_id": owner.account_id,
        "source": "counts_csv",
        "handle": owner.handle,
        "is_estimated": False,
    }
    rows = [
        about | {"snapshot_date": day, "observed_at": reading_time(day, today)} | _counts(sheet, row)
        for day, row in zip(days, sheet.rows, strict=True)
    ]
    tables = ((ACCOUNT_SNAPSHOTS, staged_frame(ACCOUNT_SNAPSHOTS, rows)),)
    return Export(name, owner, content, (min(days), max(days)), tables, sheet.notes)


def _counts(sheet: Sheet, row: SheetRow) -> dict[str, int | None]:
    counts = {column: sheet.count(row, column) for column in COUNTS_COLUMNS.titles if column != "date"}
    if counts["followers_count"] is None:
        raise sheet.refusal(row, "followers is empty; leave the whole line out when the count is unknown")
    return counts
