"""Opaque tokens that say where the next page begins."""

import hashlib
import struct
from base64 import b32hexdecode, b32hexencode
from binascii import Error
from dataclasses import dataclass

LAYOUT = ">IQ"
SIGNATURE = 8


@dataclass(frozen=True)
class PageStart:
    """Where a page begins: how many to skip, and when the token was given (seconds)."""

    skip: int
    given_at: int


def encode_token(start: PageStart, resource: str) -> str:
    """A token of 32 letters and digits (base32hex) that opens for the same resource only."""
    plain = struct.pack(LAYOUT, start.skip, start.given_at)
    signature = _digest(plain, resource)
    return b32hexencode(signature + _masked(plain, signature)).decode().rstrip("=").lower()


def decode_token(token: str, resource: str) -> PageStart | None:
    """What a token says; None if it was not given for this resource."""
    try:
        raw = b32hexdecode(token.upper() + "=" * (-len(token) % 8))
    except (Error, ValueError):
        return None
    signature, plain = raw[:SIGNATURE], _masked(raw[SIGNATURE:], raw[:SIGNATURE])
    if len(plain) != struct.calcsize(LAYOUT) or _digest(plain, resource) != signature:
        return None
    return PageStart(*struct.unpack(LAYOUT, plain))


def _digest(plain: bytes, resource: str) -> bytes:
    return hashlib.blake2b(plain + resource.encode(), digest_size=SIGNATURE).digest()


def _masked(data: bytes, signature: bytes) -> bytes:
    mask = hashlib.blake2b(signature, digest_size=16).digest()
    return bytes(one ^ other for one, other in zip(data, mask, strict=False))
