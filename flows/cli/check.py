"""What can be asked before a run: whether it has all that it needs, and what it would read at what price."""

import os
import secrets
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.accounts import load_accounts
from config.pipeline import load_parameters
from config.refusal import RefusedError
from config.settings import Settings, load_settings
from flows.context import data_root, load_context, refusal_state, refuse_lost, x_credentials, x_root
from flows.derive import task_runner
from flows.notify import find_secret
from flows.observe import describe_reserve, month_forecast, open_x_day, plan_reading
from tasks.maintenance.forget import BUCKET_VERSIONS
from tasks.outbox.addresses import AddressError, fill_addresses
from tasks.outbox.delivery import refuse_unusable
from tasks.sources.x_api.reading_plan import render_plan
from tasks.store.location import StorageURIError
from tasks.store.object_store import ABSENT, ChangedError, ObjectStore, StoreError
from tasks.store.root import DataRoot

_Result = TypeVar("_Result")


def check() -> State[Any]:
    """Completed when a run has everything it needs; else refused, with everything that is wrong at once."""
    problems: list[str] = []
    _try(_refuse_unknown_settings, problems)
    settings = _try(load_settings, problems)
    if settings is None:
        return refusal_state(_lines(problems))
    accounts = _try(lambda: load_accounts(settings.config_dir), problems) or ()
    if parameters := _try(lambda: load_parameters(settings.config_dir), problems):
        _try(partial(task_runner, parameters.run), problems)
        _try(partial(_refuse_addresses, parameters.notify.urls), problems)
    _try(lambda: x_root(settings), problems)
    # X asks who is there; Bluesky does not.
    if not accounts or any(account.network == "x" for account in accounts):
        _try(lambda: x_credentials(settings), problems)
    root = data_root(settings)
    _try(lambda: _refuse_root(root), problems)
    if problems:
        return refusal_state(_lines(problems))
    done = f"in order: {len(accounts)} accounts, reports under {root.name}; X was asked nothing"
    return Completed(message="; ".join([done, *_open_places(root), *([BUCKET_VERSIONS] if root.local is None else [])]))


def _open_places(root: DataRoot) -> list[str]:
    """What other users of this machine may read though it is nobody's but the owner's."""
    held = sorted(root.local.iterdir()) if root.local is not None and root.local.is_dir() else []
    private = [Path(".env"), *(path for path in held if path.name not in {"reports", "README.md"})]
    # Of a folder that others may neither list nor pass nothing can be read, whatever its files' modes.
    opened = [path for path in private if path.exists() and path.stat().st_mode & 0o077]
    if not opened:
        return []
    return [f"other users of this machine may read {', '.join(map(str, opened))}: run chmod -R go= on them"]


def plan_today() -> State[Any]:
    """Today's plan and that of 30 days as text; X is not asked, no credentials are needed, and nothing is written."""
    run = load_context()
    x_day = open_x_day(run, run.now().date())
    today = render_plan(plan_reading(run, x_day), x_day.budget)
    return Completed(message=f"{today}\n{describe_reserve(x_day)}\n\n{month_forecast(run, x_day)}")


def _try(step: Callable[[], _Result], problems: list[str]) -> _Result | None:
    """What the step gives; None when it refuses, and why is added to the problems."""
    try:
        return step()
    except RefusedError as problem:
        problems.append(str(problem))
        return None


def _lines(problems: list[str]) -> str:
    return "\n".join(["", *(f"- {problem}" for problem in problems)]) if len(problems) > 1 else problems[0]


def _refuse_unknown_settings() -> None:
    """A misspelled variable would otherwise be passed over in silence."""
    prefix = str(Settings.model_config["env_prefix"])
    fields = Settings.model_fields.items()
    known = {f"{prefix}{name}".upper() for name, field in fields if field.validation_alias is None}
    if unknown := sorted(name for name in os.environ if name.startswith(prefix) and name not in known):
        message = f"no such setting: {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        raise RefusedError(message)


def _refuse_addresses(urls: Sequence[str]) -> None:
    """Nothing is sent: a mail of which nobody knows would be worse than a service that is down."""
    try:
        for address in fill_addresses(urls, find_secret):
            refuse_unusable(address)
    except AddressError as problem:
        raise RefusedError(str(problem)) from None


def _refuse_root(root: DataRoot) -> None:
    """Only where something can be read can anything be found to be lost."""
    _refuse_unwritable(root)
    refuse_lost(root)


def _refuse_unwritable(root: DataRoot) -> None:
    if root.local is None:
        _refuse_unusable(root)
        return
    folder = next(path for path in (root.local, *root.local.parents) if path.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=folder if folder.is_dir() else folder / "x"):
            pass
    except OSError as problem:
        message = f"{Path(folder)}: cannot be written: {problem.strerror}; choose another VANITY_GAP_DATA_ROOT"
        raise RefusedError(message) from None


def _refuse_unusable(root: DataRoot) -> None:
    """Write, read, list and delete an object of no other use; two conditional writes show whether locks would hold."""
    name, content = f".check-{secrets.token_hex(8)}", b"python -m flows.daily --check"
    try:
        store = root.object_store
        store.put(name, content, ABSENT)
        try:
            _refuse_unlike(store, name, content)
        finally:
            store.remove(name)
    except (StoreError, StorageURIError) as problem:
        raise RefusedError(str(problem)) from None


def _refuse_unlike(store: ObjectStore, name: str, content: bytes) -> None:
    if store.read(name).content != content or name not in {entry.path for entry in store.entries("")}:
        message = f"{store.location}: gives back other bytes than were put there; choose another object store"
        raise RefusedError(message)
    with suppress(ChangedError):
        store.put(name, content, ABSENT)
        message = f"{store.location}: does not keep to If-None-Match, so two runs at once could lose rows; "
        raise RefusedError(message + "choose an object store that does, as Amazon S3, R2 and MinIO do, or a folder")
