"""Tells the operator who stands behind the pseudonyms of an account's reports: `vanity-gap people --help`."""

import sys

import pandas as pd
from rich.table import Table

from config.accounts import load_accounts
from config.refusal import RefusedError
from config.settings import load_settings
from flows.cli.show import terminal
from flows.context import data_root, load_context
from tasks.datasets.people import read_community, read_wave
from tasks.page.words import format_count
from tasks.schema.frames import frame
from tasks.schema.plain_text import plain_text
from tasks.schema.report_tables import ACCOUNTS
from tasks.sources.accounts import Account, find_account
from tasks.store.parquet import UnreadableFileError
from tasks.store.secret import LostSecretError, secret_of
from tasks.store.tables import Tables

SHORT_NAMES = {
    "member_actions_count_28d": "actions",
    "member_days_count_28d": "days",
    "member_last_date": "last",
    "is_follower": "follows",
    "is_core": "core",
    "first_date": "rise of",
    "unexplained_probability": "probability",
    "judgement_reasons": "differs in",
}
"""Headings of the terminal, where the columns' names would take the room; CSV has the columns' own."""
PEOPLE_SHOWN = 50
"""More than a screen or two are for a spreadsheet."""


def print_people(handle: str, *, is_community: bool, is_wave: bool, as_csv: bool) -> None:
    """Print the account's community or its waves by handle; `RefusedError` where that is not allowed or not known."""
    if is_community == is_wave:
        message = "say whom: --community or --wave"
        raise RefusedError(message)
    settings = load_settings()
    account, root = _revealed(load_accounts(settings.config_dir), handle), data_root(settings)
    if root.local is None:
        message = f"{root.uri} is an object store: people are named only from a data root on this machine"
        raise RefusedError(message)
    tables = Tables(root)
    try:
        account_id = _reported_id(tables, account)
        people = _read_people(tables, account, account_id, is_community=is_community)
    except (LostSecretError, UnreadableFileError) as problem:
        raise RefusedError(str(problem)) from None
    _print(people, as_csv=as_csv)


def _read_people(tables: Tables, account: Account, account_id: str, *, is_community: bool) -> pd.DataFrame:
    if is_community:
        core_days_count = load_context().parameters.measures.community.core_days_count
        return read_community(tables, account, account_id, core_days_count)
    return read_wave(tables, account, account_id, secret_of(tables.root))


def _revealed(accounts: tuple[Account, ...], handle: str) -> Account:
    account = find_account(accounts, handle)
    if account is None:
        message = f"no account {handle} stands in accounts.toml, so nobody is named"
        raise RefusedError(message)
    if not account.reveal:
        message = f"{account.handle}: nobody is named, because accounts.toml does not say reveal = true for the account"
        raise RefusedError(message)
    return account


def _reported_id(tables: Tables, account: Account) -> str:
    reported = frame(tables.latest(ACCOUNTS))
    ids = reported.loc[reported["handle"].str.lower() == account.handle.lower(), "account_id"]
    if ids.empty:
        message = f"nothing was reported of {account.handle} yet"
        raise RefusedError(message)
    return str(ids.iloc[-1])


def _print(people: pd.DataFrame, *, as_csv: bool) -> None:
    if as_csv:
        people.to_csv(sys.stdout, index=False)
        return
    table, console = Table(show_edge=False, pad_edge=False, box=None), terminal()
    shown = people.assign(handle=people["handle"].fillna(people["address"])).drop(columns="address").head(PEOPLE_SHOWN)
    for name in shown.columns:
        table.add_column(SHORT_NAMES.get(name, name), no_wrap=name != "judgement_reasons")
    for row in shown.itertuples(index=False):
        table.add_row(*("" if pd.isna(value) else _cell(value) for value in row))
    console.print(f"{format_count(len(people))} people")
    console.print(table)
    if len(people) > PEOPLE_SHOWN:
        console.print(f"{format_count(len(people) - PEOPLE_SHOWN)} more: --csv prints everybody")


def _cell(value: object) -> str:
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:.2f}"
    return plain_text(str(value).replace(";", ", "))
