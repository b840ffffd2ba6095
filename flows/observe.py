"""The first half of a daily run: what each network says of the tracked accounts today, staged."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from prefect.client.schemas.objects import State

from config.pipeline import Parameters
from config.refusal import RefusedError
from config.settings import Settings
from flows.clock import moment
from flows.context import x_access
from flows.outcome import passed_on
from flows.planning import publish_plan
from tasks.fetch import fetch
from tasks.fetch_bluesky import BlueskyDoor, fetch_bluesky
from tasks.schema.urls import is_loopback
from tasks.sources.accounts import Account
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.readings import Reading
from tasks.stage import stage_day
from tasks.store.lock import locked
from tasks.store.root import DataRoot


def observed(
    day: date, accounts: Sequence[Account], settings: Settings, parameters: Parameters
) -> list[Reading] | State[Any]:
    """Read and stage the day, unless it is over: then nothing is read, and only what is staged is reported."""
    if day != moment(settings).date():
        return []
    root = DataRoot(settings.data_root)
    with locked(root, f"fetch-{day}"):
        free = _on_bluesky(
            root, day, [account for account in accounts if account.network == "bluesky"], settings, parameters
        )
        paid = _on_x(root, day, [account for account in accounts if account.network == "x"], settings, parameters)
    return paid if isinstance(paid, State) else [*free, *paid]


def _on_bluesky(
    root: DataRoot, day: date, accounts: Sequence[Account], settings: Settings, parameters: Parameters
) -> list[Reading]:
    if not accounts:
        return []
    if settings.clock != "system" and not is_loopback(settings.bluesky_base_url):
        message = "VANITY_GAP_CLOCK may be set only when VANITY_GAP_BLUESKY_BASE_URL is on loopback too"
        raise RefusedError(message)
    opened = BlueskyDoor(settings.bluesky_base_url, partial(moment, settings), parameters.bluesky)
    return fetch_bluesky(root, day, [(account.handle, account.level) for account in accounts], opened)


def _on_x(
    root: DataRoot, day: date, accounts: Sequence[Account], settings: Settings, parameters: Parameters
) -> list[Reading] | State[Any]:
    if not accounts:
        return []
    access = x_access(settings)
    x_day = XDay(root, day, parameters.budget, parameters.prices)
    publish_plan(x_day, accounts, settings, parameters)
    state = fetch(x_day, accounts, access, parameters.reading, return_state=True)
    # What was read before a run was ended stands on disk, and a day's counts cannot be read again tomorrow.
    readings = x_day.readings()
    if any(reading.is_complete for reading in readings):
        stage_day(x_day, accounts)
    return readings if state.is_completed() else passed_on(state)
