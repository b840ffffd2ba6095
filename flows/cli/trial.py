"""One account on Bluesky, read now and shown: `vanity-gap try --help`."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect.client.schemas.objects import State

from config.refusal import RefusedError
from config.settings import load_settings
from flows.context import load_context
from flows.daily import daily
from tasks.sources.accounts import Account

TRIAL = "try"
"""The data root of what was tried, below the usual one: a trial is no tracked account."""


def try_account(handle: str) -> State[Any]:
    """Observe the account today and report it, as the daily run does; `RefusedError` for what is no handle there."""
    try:
        account = Account(handle.removeprefix("@"), network="bluesky", level="sample")
    except ValueError as problem:
        raise RefusedError(str(problem)) from None
    settings = load_settings()
    with TemporaryDirectory(prefix="vanity-gap-") as folder:
        for file in settings.config_dir.glob("*.toml"):
            shutil.copy(file, folder)
        row = f'[[account]]\nhandle = "{account.handle}"\nnetwork = "{account.network}"\nlevel = "{account.level}"\n'
        (Path(folder) / "accounts.toml").write_text(row, encoding="utf-8")
        os.environ |= {"VANITY_GAP_CONFIG_DIR": folder, "VANITY_GAP_DATA_ROOT": f"{settings.data_root}/{TRIAL}"}
        try:
            return daily(load_context().now().date(), return_state=True)
        finally:
            os.environ["VANITY_GAP_CONFIG_DIR"] = str(settings.config_dir)
