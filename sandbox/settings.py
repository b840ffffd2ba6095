"""What can be chosen about a sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Settings:
    """How the sandbox behaves. The defaults are what X's documents say."""

    # The app's token. OAuth 1.0a user tokens need no setting: `oauth_token` begins with the account id and a hyphen.
    bearer_token: str = "sandbox-bearer"  # noqa: S105 - invented, opens nothing but the sandbox
    # OAuth 2 user tokens and the account id that each speaks for.
    user_tokens: Mapping[str, int] = field(default_factory=dict)
    # The account that owns the app: reading its own lists costs a thousandth of a dollar per object.
    app_owner_id: int | None = None
    # "tweet" (OpenAPI 2.159) or "post" (OpenAPI 2.167), for all endpoints, and for single ones by name.
    vocabulary: str = "tweet"
    vocabularies: Mapping[str, str] = field(default_factory=dict)
    # Where the clock stands first, and how many sandbox seconds pass per real second (0: it stands).
    moment: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)
    speed: float = 0.0
    # US dollars paid in advance; None: nobody counts.
    credits_usd: float | None = None
    charges_expansions: bool = True
    # Off: X's "soft" guarantee fails, and what is read twice on a day is charged twice.
    deduplicates: bool = True
    has_rate_limits: bool = True
    # The form of a 429: X's documents ("errors") or a problem ("problem").
    rate_limit_form: str = "errors"
    # Public counts lag behind lists by so many seconds.
    count_lag_seconds: int = 0
    # Pagination tokens expire after so many seconds; None: never.
    token_seconds: int | None = None
    # Some user creation times are written without milliseconds.
    mixes_time_forms: bool = True
