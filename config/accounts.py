"""Which accounts are tracked, and how deep each is read."""

from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from config.refusal import RefusedError, toml_content
from tasks.sources.accounts import Account

_KEYS = frozenset(field.name for field in fields(Account))


def load_accounts(config_dir: Path) -> tuple[Account, ...]:
    """The tracked accounts, each handle once; `RefusedError` with one sentence when the file cannot be used."""
    path = config_dir / "accounts.toml"
    content = toml_content(path)
    rows = content.pop("account", ())
    if problems := [*content, *_unknown_keys(rows)]:
        message = f"{path}: unknown: {', '.join(problems)}"
        raise RefusedError(message)
    try:
        accounts = TypeAdapter(tuple[Account, ...]).validate_python(rows)
    except ValidationError as problem:
        message = f"{path}: {'; '.join(_problem(rows, error) for error in problem.errors(include_input=False))}"
        raise RefusedError(message) from None
    if not accounts:
        message = f'{path}: no account is named; add [[account]] with handle = "NAME"'
        raise RefusedError(message)
    counts = Counter(account.handle.lower() for account in accounts)
    if repeated := sorted(handle for handle, count in counts.items() if count > 1):
        message = f"{path}: named more than once: {', '.join(repeated)}"
        raise RefusedError(message)
    return accounts


def _unknown_keys(rows: Any) -> list[str]:  # noqa: ANN401 - whatever TOML holds; pydantic refuses what is no list
    tables = [(place, row) for place, row in enumerate(rows if isinstance(rows, list) else ()) if isinstance(row, dict)]
    return [f"account.{place}.{key}{_named(row)}" for place, row in tables for key in sorted(row.keys() - _KEYS)]


def _problem(rows: Any, error: ErrorDetails) -> str:  # noqa: ANN401 - as above
    """What is wrong, with its place in the file and the handle that stands there."""
    place = error["loc"]
    return f"{'.'.join(map(str, ('account', *place)))}{_named(rows[place[0]]) if place else ''}: {error['msg']}"


def _named(row: Any) -> str:  # noqa: ANN401 - as above
    handle = row.get("handle") if isinstance(row, dict) else None
    return f" ({handle})" if isinstance(handle, str) else ""
