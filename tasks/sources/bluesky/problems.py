"""What can stand between a question and Bluesky's answer."""

from datetime import datetime


class BlueskyError(Exception):
    """A reading did not come to its end; the message is one sentence.

    `reason` is a code of `readings`, `resume_at` the moment from which the server says it answers again.
    """

    status = "failed"

    def __init__(self, message: str, reason: str, resume_at: datetime | None = None) -> None:
        """Keep the code and the moment beside the sentence."""
        super().__init__(message)
        self.reason = reason
        self.resume_at = resume_at


class BlueskyRefusedError(BlueskyError):
    """The account cannot be read, whenever one asks: `not_found`, `suspended` or `forbidden`."""

    status = "refused"


class InterruptedReadingError(BlueskyError):
    """The reading broke off, and the next one brings the rest: `budget`, `rate_limit` or `fault`."""

    status = "partial"
