"""The one place where the clock is asked."""

from datetime import UTC, datetime

from config.settings import Settings


def moment(settings: Settings) -> datetime:
    """Now, in UTC: by this machine's clock, or where the settings let it stand for the sandbox."""
    if settings.clock == "system":
        return datetime.now(UTC)  # noqa: TID251 - the clock enters here
    return settings.clock.astimezone(UTC)
