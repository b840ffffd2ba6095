"""Why reading X had to stop: each exception is one sentence that says what to do, and holds no secret."""

from datetime import date, datetime


class XError(Exception):
    """Reading X had to stop; `reason` is the code for the reading that it ended."""

    reason = "fault"


class RunEndedError(XError):
    """No further call can succeed until a person acts."""


class UnauthorizedError(RunEndedError):
    """X does not accept the credentials (HTTP 401)."""

    reason = "unauthorized"

    def __init__(self) -> None:
        """Say which settings to look at."""
        super().__init__("X refused the credentials (401): check the bearer token or the four OAuth 1.0a keys.")


class CreditsDepletedError(RunEndedError):
    """The prepaid credits are used up, or the console's spending limit is reached (HTTP 402)."""

    reason = "credits"

    def __init__(self) -> None:
        """Say where credits are bought."""
        super().__init__("The X credits are used up (402): add credits or raise the spending limit, then run again.")


class UsageCapError(RunEndedError):
    """The monthly cap of reads is reached (HTTP 429, UsageCapExceeded): waiting within the month does not help."""

    reason = "credits"

    def __init__(self) -> None:
        """Say when reading is possible again."""
        super().__init__("The monthly usage cap of X is reached: raise it, or run again when the new month begins.")


class RateLimitedError(XError):
    """X asks for a pause (HTTP 429) that is longer than the caller lets this code wait."""

    reason = "rate_limit"

    def __init__(self, endpoint: str, resume_at: datetime) -> None:
        """Keep the moment from which on the endpoint may be asked again."""
        super().__init__(f"X limits {endpoint}: ask again from {resume_at.isoformat()} on; all pages so far are kept.")
        self.endpoint = endpoint
        self.resume_at = resume_at


class DayOverError(XError):
    """The UTC day being read has ended: what X says now belongs to the next day."""

    def __init__(self, day: date) -> None:
        """Name the day that is over."""
        super().__init__(f"{day} is over in UTC: nothing more can be read for it; read the new day instead.")
        self.day = day
