"""From the bytes of a CSV to its text, whatever program saved it."""

import codecs

from tasks.sources.exports.export import refusal

NOT_UTF_8 = "is not UTF-8 text; save it as CSV UTF-8 or download it again"
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_FIRST_LETTERS = 64
"""So many letters of ASCII tell text of two bytes a letter, where no mark says it."""


def plain_text(content: bytes, name: str) -> str:
    """The text of UTF-8 or UTF-16, with or without its mark, and of Windows-1252 below a header of ASCII.

    A first line `sep=;`, as Excel wants it, becomes blank.
    Raises `ExportRefusedError` for anything else.
    """
    try:
        text = content.decode(_encoding(content)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise refusal(name, NOT_UTF_8) from None
    if "\0" in text:
        raise refusal(name, NOT_UTF_8)
    return text[len("sep=;") :] if text[:4].lower() == "sep=" else text


def _encoding(content: bytes) -> str:
    for mark, encoding in _UTF_16.items():
        if content.startswith(mark) and not content.startswith(mark + b"\0\0"):
            return encoding
    head = content[: 2 * _FIRST_LETTERS]
    if head and head.count(0) == len(head) // 2:
        return "utf-16-le" if not any(head[1::2]) else "utf-16-be"
    return "utf-8" if _is_utf_8(content) or not _first_line(content).isascii() else "cp1252"


def _first_line(content: bytes) -> bytes:
    return content.split(b"\n", 1)[0].split(b"\r", 1)[0]


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
