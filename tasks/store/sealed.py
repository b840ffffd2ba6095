"""Text files that carry their own digest as their last words: a changed one is seen without any other file."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

SEAL = "sha256"
"""The last key of a sealed JSON object."""
_DIGITS = 32
_JSON_SEAL = re.compile(rb',"sha256":"([0-9a-f]{32})"\}$')
_HTML_SEAL = re.compile(rb"<!-- sha256 ([0-9a-f]{32}) -->\n$")
_REMNANT = re.compile(rb"[0-9a-f]{20}[^\n]{0,30}\n?$")
"""What is left at the end where the seal itself was changed."""


def sealed_json(document: Mapping[str, Any], indent: int | None = None) -> bytes:
    """The JSON object with the digest of all that stands before it."""
    plain = {name: value for name, value in document.items() if name != SEAL}
    body = json.dumps(plain, indent=indent, separators=None if indent else (",", ":")).encode()
    return body[:-1] + b',"sha256":"' + _digest(body).encode() + b'"}'


def sealed_html(page: str) -> bytes:
    """The page with the digest of all that stands before it, in a comment."""
    body = page.encode()
    return body + f"<!-- sha256 {_digest(body)} -->\n".encode()


def is_sealed(content: bytes) -> bool:
    """Whether the file has a seal at all, and it is that of its content."""
    return (_JSON_SEAL.search(content) or _HTML_SEAL.search(content)) is not None and is_whole(content)


def is_whole(content: bytes) -> bool:
    """Whether a sealed file is what was written; true of one that was never sealed."""
    seal = _JSON_SEAL.search(content)
    if seal:
        return seal[1].decode() == _digest(content[: seal.start()] + b"}")
    seal = _HTML_SEAL.search(content)
    if seal:
        return seal[1].decode() == _digest(content[: seal.start()])
    return _REMNANT.search(content) is None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
