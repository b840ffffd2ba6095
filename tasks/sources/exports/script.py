"""A script of an X archive, `window.YTD.follower.part0 = [...]`: its objects one after another, in bounded memory."""

import codecs
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from tasks.sources.exports.container import ASK_AGAIN
from tasks.sources.exports.refusal import ExportRefusedError, refusal

Json = dict[str, Any]

CHUNK_BYTES = 256 * 1024
LONGEST_OBJECT = 2 * 1024**2
"""Characters. A post with all its entities has some ten thousand."""
LONGEST_OPENING = 200
"""Characters up to the equals sign."""


class Script:
    """One member of the archive, read forward."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
        """`name` is the archive's, for refusals."""
        self.place = f"{name}, {info.filename}"
        self._pieces = self._texts(archive, info)
        self._text = ""
        self._at = 0

    def whole(self) -> Json:
        """The one object that the script assigns, as `data/manifest.js` does."""
        self._skip_opening()
        said = self._object()
        self._expect_end()
        return said

    def objects(self) -> Iterator[Json]:
        """The objects of the list that the script assigns."""
        self._skip_opening()
        self._expect("[")
        if self._next() == "]":
            self._at += 1
            self._expect_end()
            return
        yield self._object()
        while self._next() == ",":
            self._at += 1
            yield self._object()
        self._expect("]")
        self._expect_end()

    def _texts(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            with archive.open(info) as member:
                while chunk := member.read(CHUNK_BYTES):
                    yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise refusal(self.place, f"is not UTF-8 text; {ASK_AGAIN}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error) as damage:
            raise refusal(self.place, f"is damaged; {ASK_AGAIN}") from damage

    def _more(self) -> bool:
        """Whether there was more; what has been read is let go."""
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._text, self._at = self._text[self._at :] + piece, 0
        return True

    def _next(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr] # also matches nothing
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _expect(self, character: str) -> None:
        if self._next() != character:
            raise self._broken()
        self._at += 1

    def _expect_end(self) -> None:
        if self._next() == ";":
            self._at += 1
        if self._next():
            raise self._broken()

    def _skip_opening(self) -> None:
        while "=" not in self._text:
            if len(self._text) > LONGEST_OPENING or not self._more():
                raise self._broken()
        self._at = self._text.index("=") + 1
        if self._at > LONGEST_OPENING:
            raise self._broken()

    def _object(self) -> Json:
        if self._next() != "{":
            raise self._broken()
        while True:
            try:
                said, self._at = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                if len(self._text) - self._at > LONGEST_OBJECT or not self._more():
                    raise self._broken() from None
            else:
                return dict(said)

    def _broken(self) -> ExportRefusedError:
        return refusal(self.place, f"is not the JSON that X writes; {ASK_AGAIN}")


_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
