"""The text of a file a few megabytes at a time, cut where a line ends."""

from collections.abc import Iterator
from typing import BinaryIO

from tasks.sources.exports.refusal import refusal

BLOCK = 4 * 2**20
LONGEST_LINE = 64 * 2**20
"""No line of an export has as much; a file whose lines end in a way of long ago is read whole up to here."""
MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, as spreadsheets begin a file with."""
NOT_UTF_8 = "is not UTF-8 text; save it as CSV UTF-8 or download it again"


def text_blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The file in pieces of whole lines, without a byte order mark.

    Raises `ExportRefusedError` for what is not UTF-8 text, and for text without the end of a line.
    """
    left = file.read(len(MARK)).removeprefix(MARK)
    while read := file.read(BLOCK):
        lines, end, left = (left + read).rpartition(b"\n")
        if end:
            yield _checked(lines + end, name)
        elif len(left) > LONGEST_LINE:
            raise refusal(name, "holds a line of more than 64 MB; save it as CSV UTF-8 or download it again")
    if left:
        yield _checked(left, name)


def _checked(text: bytes, name: str) -> bytes:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise refusal(name, NOT_UTF_8) from None
    if b"\0" in text:
        raise refusal(name, NOT_UTF_8)
    return text
