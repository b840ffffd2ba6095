"""Who asks X: from the environment, else from a Prefect Secret block."""

from functools import partial
from typing import Any

from prefect.blocks.system import Secret
from pydantic import SecretStr

from config.refusal import RefusedError
from config.settings import Settings
from flows.clock import moment
from tasks.sources.x_api.gateway import Credentials, CredentialsError, UnsafeRootError, XAccess, checked_root

SECRET_BLOCK = "x-bearer-token"  # noqa: S105 - the name of a Prefect block, not its content


def x_access(settings: Settings) -> XAccess:
    """Where X answers, who asks, and by which clock; `RefusedError` without credentials or with an unsafe URL."""
    return XAccess(x_root(settings), credentials(settings), partial(moment, settings))


def x_root(settings: Settings) -> str:
    """Where X answers; `RefusedError` when a secret would not be safe on the way there."""
    try:
        return checked_root(settings.x_base_url)
    except UnsafeRootError as problem:
        raise RefusedError(str(problem)) from None


def credentials(settings: Settings) -> Credentials:
    """Who asks X; `RefusedError` when there are no credentials, or such as cannot be right."""
    try:
        return Credentials(
            bearer_token=settings.x_bearer_token or _from_block(settings),
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


def _from_block(settings: Settings) -> SecretStr | None:
    """The token in the Prefect Secret block, where there is one and the environment holds no credentials."""
    if settings.x_api_key:
        return None
    try:
        block: Any = Secret.load(SECRET_BLOCK)
    except ValueError:
        return None
    return SecretStr(block.get())
