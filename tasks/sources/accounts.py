"""The tracked account: one name for it, from `accounts.toml` to the last reading."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tasks.schema.ranges import Usd

HANDLE_PATTERNS = {
    "x": r"[A-Za-z0-9_]{1,15}",
    "bluesky": r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
}
"""What a handle is on each network; on Bluesky it is a domain name (AT Protocol, handle specification)."""
HANDLE_RULES = {"x": "letters, digits and _, at most 15", "bluesky": "a domain such as name.bsky.social"}
FOLLOWER_LEVELS = frozenset({"sample", "full"})
"""Levels at which followers are read each day; at the others nobody is, unless somebody asks for it."""
_PATTERNS = {network: re.compile(pattern) for network, pattern in HANDLE_PATTERNS.items()}


@dataclass(frozen=True)
class Account:
    """One tracked account, and how deep it is read.

    `handle`: the @name, without the @; on Bluesky a name such as name.bsky.social.
    `network`: where the account is; Bluesky costs nothing.
    `level`: `counts` reads the profile, `posts` also own posts, `sample` also the newest followers, `full` all of them.
    `owned`: whether the credentials belong to this account, which makes its reads cheaper.
    `engagers`: whether mentions, quotes and reposters are listed too: who engages, at a price.
    `authors`: with `engagers`, whether who wrote each mention and quote is bought too: a profile each, with counts.
    `likers`: with `engagers`, of an owned account, whether also who liked a post is listed, 100 at most.
    `reveal`: whether `vanity-gap people` may name its community and its waves on this machine; reports never do.
    `budget_usd`: what its readings may cost on a UTC day; null where `[budget] account_day_usd` binds.
    """

    handle: str
    network: Literal["x", "bluesky"] = "x"
    level: Literal["counts", "posts", "sample", "full"] = "posts"
    owned: bool = False
    engagers: bool = False
    authors: bool = False
    likers: bool = False
    reveal: bool = False
    budget_usd: Usd | None = None

    def __post_init__(self) -> None:
        """Refuse a handle of another network, and more than is there: X shows likers to a post's author alone."""
        if not _PATTERNS[self.network].fullmatch(self.handle):
            message = f"handle {self.handle!r} is none on {self.network}: {HANDLE_RULES[self.network]}"
            raise ValueError(message)
        if (self.authors or self.likers) and not self.engagers:
            message = f"{self.handle}: authors and likers belong to engagers = true"
            raise ValueError(message)
        if self.likers and not self.owned:
            message = f"{self.handle}: X shows who liked a post to its author alone, so likers need owned = true"
            raise ValueError(message)


def find_account(accounts: Iterable[Account], handle: str) -> Account | None:
    """The account of that handle, with or without @, in any case; None where none has it."""
    wanted = handle.removeprefix("@").lower()
    return next((account for account in accounts if account.handle.lower() == wanted), None)
