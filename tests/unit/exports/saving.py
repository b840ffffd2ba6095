"""The same table, saved as different programs save it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from tests.unit.export_files import x_day


@dataclass(frozen=True)
class Style:
    """One way of saving."""

    newline: str
    separator: str
    mark: str
    thousands: str
    is_iso: bool
    is_quoted: bool
    is_shouted: bool
    ends: bool


def _is_written(style: Style) -> bool:
    """A point between thousands is written only where the comma does not part cells."""
    return style.thousands != "." or style.separator != ","


STYLES = st.builds(
    Style,
    newline=st.sampled_from(["\n", "\r\n"]),
    separator=st.sampled_from([",", ";", "\t"]),
    mark=st.sampled_from(["", "\ufeff"]),
    thousands=st.sampled_from(["", ",", ".", " ", "\u202f", "'"]),
    is_iso=st.booleans(),
    is_quoted=st.booleans(),
    is_shouted=st.booleans(),
    ends=st.booleans(),
).filter(_is_written)


def saved(header: Sequence[str], rows: Sequence[Sequence[object]], style: Style) -> bytes:
    """The header and rows as bytes: days and whole numbers in the style, text as it is."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=style.separator,
        lineterminator=style.newline,
        quoting=csv.QUOTE_ALL if style.is_quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow([f" {title.upper()}:" if style.is_shouted else title for title in header])
    writer.writerows([[_cell(cell, style) for cell in row] for row in rows])
    written = text.getvalue()
    return (style.mark + (written if style.ends else written.removesuffix(style.newline))).encode()


def _cell(cell: object, style: Style) -> str:
    if isinstance(cell, date):
        return str(cell) if style.is_iso else x_day(cell)
    return f"{cell:,}".replace(",", style.thousands) if isinstance(cell, int) else str(cell)


PLAIN = Style("\n", ",", "", "", is_iso=True, is_quoted=False, is_shouted=False, ends=True)
