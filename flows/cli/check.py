"""Validates everything that a run needs, without asking X: `python -m flows.daily --check`."""

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.accounts import load_accounts
from config.pipeline import load_parameters
from config.refusal import RefusedError
from config.settings import Settings, load_settings
from flows.context import refused, x_credentials, x_root
from flows.derive import task_runner
from tasks.store.location import StorageURIError
from tasks.store.object_store import ABSENT, ChangedError, ObjectStore, StoreError
from tasks.store.root import DataRoot


def check() -> State[Any]:
    """Completed when a run has everything it needs; else refused, with everything that is wrong at once."""
    problems = _problems([_refuse_unknown_settings])
    try:
        settings = load_settings()
    except RefusedError as problem:
        return refused(_listed([*problems, str(problem)]))
    problems += _problems(
        [
            lambda: load_accounts(settings.config_dir),
            lambda: task_runner(load_parameters(settings.config_dir).run),
            lambda: x_root(settings),
            lambda: _refuse_credentials(settings),
            lambda: _refuse_unwritable(DataRoot(settings.data_root)),
        ]
    )
    if problems:
        return refused(_listed(problems))
    number = len(load_accounts(settings.config_dir))
    return Completed(
        message=f"in order: {number} accounts, reports under {DataRoot(settings.data_root).name}; X was asked nothing"
    )


def _refuse_credentials(settings: Settings) -> None:
    """X asks who is there; Bluesky does not."""
    try:
        accounts = load_accounts(settings.config_dir)
    except RefusedError:
        accounts = ()
    if not accounts or any(account.network == "x" for account in accounts):
        x_credentials(settings)


def _problems(checks: list[Callable[[], object]]) -> list[str]:
    problems = []
    for checked in checks:
        try:
            checked()
        except RefusedError as problem:
            problems.append(str(problem))
    return problems


def _listed(problems: list[str]) -> str:
    return "\n".join(["", *(f"- {problem}" for problem in problems)]) if len(problems) > 1 else problems[0]


def _refuse_unknown_settings() -> None:
    """A misspelled variable would otherwise be passed over in silence."""
    prefix = str(Settings.model_config["env_prefix"])
    fields = Settings.model_fields.items()
    known = {f"{prefix}{name}".upper() for name, field in fields if field.validation_alias is None}
    if unknown := sorted(name for name in os.environ if name.startswith(prefix) and name not in known):
        message = f"no such setting: {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        raise RefusedError(message)


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
