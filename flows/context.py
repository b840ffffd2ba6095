"""One run: what it was given, loaded once at the head of a flow and handed down, and the state in which it ends.

The clock, chance and credentials enter here.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from prefect import Task, allow_failure
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import FailedRun
from prefect.runtime import deployment, flow_run
from prefect.states import Failed
from prefect.utilities.annotations import quote
from pydantic import SecretStr

from config.accounts import load_accounts
from config.pipeline import Parameters, load_parameters
from config.refusal import RefusedError
from config.settings import Settings, load_settings
from tasks import REFUSED
from tasks.freshness.observed_days import UnobservedAccountError
from tasks.schema.months import X_BEGAN
from tasks.schema.plain_text import plain_text
from tasks.sources.accounts import Account
from tasks.sources.x_api.access import Credentials, CredentialsError, UnsafeRootError, XAccess, safe_root
from tasks.store.forgotten import read_forgotten
from tasks.store.lock import HOLDER, LockedError
from tasks.store.root import DataRoot
from tasks.store.secret import LostSecretError, secret_of
from tasks.store.tables import Tables

REPOSITORY = Path(__file__).parents[1]
SECRET_BLOCK = "x-bearer-token"  # noqa: S105 - the name of a Prefect block, not its content

_LONGEST_LIST = 100_000
"""Of sentences, one for each thing that is wrong."""
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class RunContext:
    """What a run was given: the settings of this machine, the chosen parameters, and the data root.

    Tracked accounts are read when they are first needed, and once; the secret of pseudonyms whenever it is asked for.
    """

    settings: Settings
    parameters: Parameters
    root: DataRoot
    steps: dict[str, Sequence[State[Any]]] = field(default_factory=dict, repr=False)
    """The tasks that ran last, by the id of their flow run."""

    def step(self, task: Task[_Given, _Result], *given: _Given.args, **named: _Given.kwargs) -> State[_Result]:
        """Run the task after the steps before it, which is the order that the server draws; its final state."""
        # Prefect would look for states inside of everything given: all accounts, and all that their day rests on.
        run: Callable[..., State[_Result]] = task
        keywords = {name: quote(each) for name, each in named.items()}
        before = [allow_failure(each) for each in self.last_steps()]
        state = run(*map(quote, given), **keywords, return_state=True, wait_for=before)
        self.keep_steps([state])
        return state

    def keep_steps(self, states: Sequence[State[Any]]) -> None:
        """Let the next task of this flow run come after these."""
        self.steps[str(flow_run.id)] = states

    def last_steps(self) -> Sequence[State[Any]]:
        """What the next task of this flow run comes after: one task, or those that ran side by side."""
        return self.steps.get(str(flow_run.id), ())

    @cached_property
    def tables(self) -> Tables:
        """The tables below the data root."""
        return Tables(self.root)

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """The tracked accounts."""
        return load_accounts(self.settings.config_dir)

    @property
    def secret(self) -> SecretStr:
        """The secret under which followers stand in reports; ask for it inside a lock, as another run may change it."""
        return SecretStr(secret_of(self.root))

    def now(self) -> datetime:
        """Now, in UTC: by this machine's clock, or where the settings let it stand for the sandbox."""
        if self.settings.clock == "system":
            return datetime.now(UTC)  # noqa: TID251 - the clock enters here
        return self.settings.clock.astimezone(UTC)


def load_context() -> RunContext:
    """Settings and parameters, read once a run; `RefusedError` with one sentence when they cannot be used."""
    settings = load_settings()
    root = data_root(settings)
    _refuse_passing(root)
    refuse_lost(root)
    if flow_run.name:
        HOLDER.set(f"run {flow_run.name}")
    return RunContext(settings, load_parameters(settings.config_dir), root)


def data_root(settings: Settings) -> DataRoot:
    """Where the data lies, and who may read the reports in it."""
    return DataRoot(settings.data_root, settings.reports_mode)


def _refuse_passing(root: DataRoot) -> None:
    """Raise where a run of a deployment would write into a checkout that was made for it and goes with it."""
    if deployment.id is None or root.local is None or not root.local.is_relative_to(REPOSITORY):
        return
    with get_client(sync_client=True) as client:
        steps = client.read_deployment(UUID(deployment.id)).pull_steps
    if is_fetched(steps):
        message = (
            f"the data root {root.local} lies in a checkout that was made for this run and goes with it: set "
            "VANITY_GAP_DATA_ROOT, or [run] storage in pipeline.toml, to a folder that stays, or to an object store"
        )
        raise RefusedError(message)


def is_fetched(pull_steps: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether a deployment brings its code anew for each run, as `git_clone` does, instead of working where it lies.

    >>> is_fetched([{"prefect.deployments.steps.set_working_directory": {"directory": "/srv/vanity-gap"}}])
    False
    >>> is_fetched([{"prefect.deployments.steps.git_clone": {"repository": "https://example.org/gap.git"}}])
    True
    """
    return any("set_working_directory" not in name for step in pull_steps or () for name in step)


def refuse_lost(root: DataRoot) -> None:
    """Raise where going on would make a secret anew, or let a forgotten person in."""
    try:
        read_forgotten(root)
    except LostSecretError as problem:
        raise RefusedError(str(problem)) from None


def refuse_impossible(name: str, day: date, today: date) -> None:
    """Raise for a day on which nobody can have been observed: before X began, or after today."""
    if day > today:
        message = f"{name} {day} lies in the future: today is {today}"
        raise RefusedError(message)
    if day < X_BEGAN:
        message = f"{name} {day} lies before X began on {X_BEGAN}: look at the year"
        raise RefusedError(message)


def x_access(run: RunContext) -> XAccess:
    """Where X answers, who asks, and by which clock; `RefusedError` without credentials or with an unsafe URL."""
    return XAccess(x_root(run.settings), x_credentials(run.settings), run.now)


def x_root(settings: Settings) -> str:
    """Where X answers; `RefusedError` when a secret would not be safe on the way there."""
    try:
        return safe_root(settings.x_base_url)
    except UnsafeRootError as problem:
        raise RefusedError(str(problem)) from None


def x_credentials(settings: Settings) -> Credentials:
    """Who asks X, by the environment or a Prefect Secret block.

    Raises `RefusedError` when there are no credentials, or such as cannot be right.
    """
    try:
        return Credentials(
            bearer_token=settings.x_bearer_token or _block_token(settings),
            consumer_key=settings.x_api_key,
            consumer_secret=settings.x_api_secret,
            access_token=settings.x_access_token,
            access_token_secret=settings.x_access_secret,
        )
    except CredentialsError as problem:
        message = (
            f"{problem} X_BEARER_TOKEN in the environment, or the Prefect Secret block {SECRET_BLOCK}, holds a token."
        )
        raise RefusedError(message) from None


def _block_token(settings: Settings) -> SecretStr | None:
    """The token in the Prefect Secret block, where there is one and the environment holds no credentials."""
    token = None if settings.x_api_key else block_secret(SECRET_BLOCK)
    return SecretStr(token) if token else None


def block_secret(name: str) -> str | None:
    """What the Prefect Secret block of that name holds; None where there is none."""
    try:
        block: Any = Secret.load(name)
    except ValueError:
        return None
    return str(block.get())


class EndedTaskError(Exception):
    """A task ended otherwise than completed, and so does its flow."""

    def __init__(self, state: State[Any]) -> None:
        """Carry the task's state."""
        super().__init__(state.message)
        self.state = state


def result_of(state: State[_Result]) -> _Result:
    """What the task gives; `EndedTaskError` when it refused or failed."""
    if not state.is_completed():
        raise EndedTaskError(state)
    return state.result()


def refusal_state(problem: Exception | str) -> State[Any]:
    """The final state of a flow that was given something it cannot use; nothing was written."""
    return Failed(name=REFUSED, message=plain_text(problem))


def _say_in_a_sentence(record: logging.LogRecord) -> bool:
    """Let the process of a run that ended in a failed state say its sentence, without a traceback."""
    problem = record.exc_info[1] if record.exc_info else None
    if isinstance(problem, FailedRun):
        record.exc_info, record.msg, record.args = None, "The run has ended: %s", (str(problem),)
    return True


def ends_in_a_state(flow: Callable[_Given, State[Any]]) -> Callable[_Given, State[Any]]:
    """Let a refusal, or a task that did not complete, end the flow in a state with one sentence and no traceback.

    It is a failed state of the task's name, as Prefect itself would count it.
    """
    # Prefect raises what failed once more, around a state that says it already in a sentence.
    logging.getLogger("prefect.engine").addFilter(_say_in_a_sentence)

    @wraps(flow)
    def ended(*given: _Given.args, **named: _Given.kwargs) -> State[Any]:
        try:
            return flow(*given, **named)
        except (RefusedError, UnobservedAccountError) as problem:
            return refusal_state(problem)
        except LockedError as problem:
            return Failed(message=plain_text(problem))
        except EndedTaskError as problem:
            return Failed(name=problem.state.name, message=plain_text(problem.state.message, _LONGEST_LIST))

    return ended
