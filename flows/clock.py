"""The one place where the clock is asked."""

from datetime import UTC, datetime

import requests

from config.settings import SYSTEM_CLOCK, Settings


def moment(settings: Settings) -> datetime:
    """Now, in UTC: by this machine's clock, or by the sandbox's when the settings name it."""
    if settings.clock == SYSTEM_CLOCK:
        return datetime.now(UTC)  # noqa: TID251 - the clock enters here
    answer = requests.get(settings.clock, timeout=10)
    answer.raise_for_status()
    return datetime.fromisoformat(answer.json()["moment"])
