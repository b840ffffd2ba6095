"""Asks X for what a day needs; each page is on disk before the next is asked for."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Failed

from tasks import REFUSED
from tasks.sources.accounts import Account
from tasks.sources.reading import Reading
from tasks.sources.x_api.access import XAccess
from tasks.sources.x_api.day import XDay, fetch_day, fetch_sample
from tasks.sources.x_api.parameters import ReadingParameters
from tasks.sources.x_api.problems import DayOverError, RateLimitedError, RunEndedError

WINDOW_SECONDS = 900
"""X's limits are counted in windows of 15 minutes."""


def is_rate_limited(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task ended because X asks for a pause: only then a retry by Prefect helps."""
    return isinstance(state.data, RateLimitedError) or "RateLimitedError" in str(state.message)


P = ParamSpec("P")
T = TypeVar("T")


def x_task(read: Callable[P, T]) -> Task[P, T]:
    """A task that asks X: refused when X accepts neither the credentials nor another request, or the day is over.

    A limit of X that outlasts short pauses is waited for by Prefect, and the retry goes on from the last page.
    """

    @wraps(read)
    def read_or_refuse(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (RunEndedError, DayOverError) as problem:
            return Failed(name=REFUSED, message=str(problem))  # type: ignore[return-value]  # a state ends the task

    patient = task(
        cache_policy=NO_CACHE, retries=4, retry_delay_seconds=WINDOW_SECONDS, retry_condition_fn=is_rate_limited
    )
    return patient(read_or_refuse)


@x_task
def fetch_newest(x_day: XDay, account: Account, access: XAccess, wanted_count: int) -> list[Reading]:
    """How the reading of an account's newest followers went."""
    with x_day.session(access) as session:
        return fetch_sample(session, account, wanted_count)


@x_task
def fetch(x_day: XDay, accounts: Sequence[Account], access: XAccess, parameters: ReadingParameters) -> list[Reading]:
    """How far each reading of the day got; what lies on disk already is not asked for again."""
    with x_day.session(access) as session:
        return fetch_day(session, accounts, x_day.history, parameters)
