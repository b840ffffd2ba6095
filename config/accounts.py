"""Which accounts are tracked, and how deep each is read."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from config.refusal import RefusedError, sentence, toml_content

X_HANDLE = r"^[A-Za-z0-9_]{1,15}$"
Handle = Annotated[str, StringConstraints(pattern=X_HANDLE)]
DOMAIN = r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
"""A handle on Bluesky is a domain name (AT Protocol, handle specification)."""


class TrackedAccount(BaseModel):
    """One tracked account, as `accounts.toml` names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    handle: str = Field(description="The @name, without the @; on Bluesky a name such as name.bsky.social.")
    network: Literal["x", "bluesky"] = Field(default="x", description="Where the account is; Bluesky costs nothing.")
    level: Literal["counts", "posts", "sample", "full"] = Field(
        default="posts",
        description="counts: the profile; posts: also own posts; sample: also the newest followers; full: all of them.",
    )
    owned: bool = Field(
        default=False, description="Whether the credentials belong to this account, which makes its reads cheaper."
    )
    engagers: bool = Field(
        default=False, description="Whether mentions, quotes and reposters are listed too: who engages, at a price."
    )
    authors: bool = Field(
        default=False,
        description="With engagers: also buy who wrote each mention and quote, with their counts: a profile each.",
    )
    likers: bool = Field(
        default=False, description="With engagers, of an owned account: also list who liked a post, 100 at most."
    )
    budget_usd: Annotated[Decimal, Field(ge=0)] | None = Field(
        default=None, description="USD that its readings may cost on a UTC day, else [budget] account_day_usd."
    )

    @model_validator(mode="after")
    def _be_a_handle_of_its_network(self) -> Self:
        """The two networks write their handles otherwise, so a handle of the one is no handle of the other."""
        if not re.fullmatch(X_HANDLE if self.network == "x" else DOMAIN, self.handle):
            said = "letters, digits and _, at most 15" if self.network == "x" else "a domain such as name.bsky.social"
            message = f"handle {self.handle!r} is none on {self.network}: {said}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _ask_for_no_more_than_is_there(self) -> Self:
        """What is bought beside the engagers needs them, and X shows the likers of a post to its author alone."""
        if (self.authors or self.likers) and not self.engagers:
            message = f"{self.handle}: authors and likers belong to engagers = true"
            raise ValueError(message)
        if self.likers and not self.owned:
            message = f"{self.handle}: X shows who liked a post to its author alone, so likers need owned = true"
            raise ValueError(message)
        return self


class AccountsFile(BaseModel):
    """The whole of `accounts.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: tuple[TrackedAccount, ...] = ()


def load_accounts(config_dir: Path) -> tuple[TrackedAccount, ...]:
    """The tracked accounts, each handle once; `RefusedError` with one sentence when the file cannot be used."""
    path = config_dir / "accounts.toml"
    try:
        accounts = AccountsFile.model_validate(toml_content(path)).account
    except ValidationError as problem:
        message = f"{path}: {sentence(problem)}"
        raise RefusedError(message) from None
    if not accounts:
        message = f'{path}: no account is named; add [[account]] with handle = "NAME"'
        raise RefusedError(message)
    handles = [account.handle.lower() for account in accounts]
    if repeated := sorted({handle for handle in handles if handles.count(handle) > 1}):
        message = f"{path}: named more than once: {', '.join(repeated)}"
        raise RefusedError(message)
    return accounts
