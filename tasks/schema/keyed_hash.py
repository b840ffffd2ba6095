"""The one keyed hash: under which people stand in reports, and by which those who were forgotten are known."""

import hashlib
from functools import reduce


def keyed(text: str, secret: bytes, size: int) -> str:
    r"""The keyed hash of the text (BLAKE2b), hexadecimal: without the secret nobody can compute or test it.

    A secret has a key on each line, the oldest first: what the older ones gave is hashed again by the next.
    So a new key is added by hashing what stands in files, though nobody knows any more of whom it was.

    >>> keyed("ann", b"old\nnew", 8) == keyed(keyed("ann", b"old", 8), b"new", 8)
    True
    """
    return reduce(lambda before, key: _hash(before, key, size), secret.splitlines(), text)


def _hash(text: str, key: bytes, size: int) -> str:
    return hashlib.blake2b(text.encode(), key=key[: hashlib.blake2b.MAX_KEY_SIZE], digest_size=size).hexdigest()
