"""Brings in files that X or somebody else wrote, and reports every day they touch: `python -m flows.imports --help`.

Nothing is asked of X and nothing is spent.
The same file imported twice changes nothing.
"""

import re
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from config.refusal import RefusedError, sentence
from flows.cli.commands import main
from flows.cli.parameters import (
    ANCHOR,
    AccountId,
    AnalyticsFile,
    ContentFile,
    CountsFile,
    ExportFile,
    ExportHandle,
    FollowersDay,
    FollowersFile,
)
from flows.context import RunContext, ends_in_a_state, load_context, refusal_state, result_of
from flows.derive import Derivation, derive, publish_page
from flows.notify import announce_failure, notify
from tasks.datasets.reported_accounts import read_reported_accounts
from tasks.datasets.staged_inputs import read_all_accounts, read_strangers
from tasks.followers.lists import ListRefusedError
from tasks.maintenance.withdrawal import clear_reports, note_undone
from tasks.reports.inputs import provisional_id
from tasks.reports.retrospective import refuse_export
from tasks.retrospective import read_findings
from tasks.sources.accounts import HANDLE_PATTERNS
from tasks.sources.exports.analytics import Anchor
from tasks.sources.exports.export import ExportRefusedError, Owner
from tasks.sources.exports.files import ExportFiles, read_exports
from tasks.sources.exports.follower_list import FollowerListExport
from tasks.sources.exports.owner import ASK_FOR_HANDLE, stated_handle
from tasks.sources.exports.preview import preview_lines
from tasks.stage_exports import Withdrawal, stage_exports, withdraw_files, withdraw_imports


class KnownCount(BaseModel):
    """A follower count that somebody knows, from which the others are rebuilt; as text it is `YYYY-MM-DD=COUNT`."""

    model_config = ConfigDict(extra="forbid")

    day: date = Field(description="The day at whose end the count was read.")
    followers_count: Annotated[int, Field(ge=0)] = Field(description="The count.")

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        if not re.fullmatch(r"\d{4}-\d\d-\d\d=\d+", given):
            message = "--anchor needs a day and a count, such as 2025-03-21=1234"
            raise ValueError(message)
        day, _, count = given.partition("=")
        return {"day": day, "followers_count": count}


class Exports(BaseModel):
    """The files of one import, and whose they are; at least one file."""

    model_config = ConfigDict(extra="forbid")

    handle: Annotated[ExportHandle, StringConstraints(pattern=f"^{HANDLE_PATTERNS['x']}$")]
    account_id: Annotated[AccountId, Field(pattern=r"^\d+$")] = None
    analytics_csv: AnalyticsFile = None
    content_csv: ContentFile = None
    counts_csv: CountsFile = None
    anchor: Annotated[KnownCount | None, ANCHOR] = None
    followers: FollowersFile = None
    followers_read_on: FollowersDay = None
    any_files: tuple[ExportFile, ...] = ()

    @property
    def files(self) -> ExportFiles:
        """The same, as the staging asks for it."""
        anchor = Anchor(self.anchor.day, self.anchor.followers_count) if self.anchor else None
        owner = Owner(self.account_id or provisional_id(self.handle), self.handle)
        exports = (self.analytics_csv, self.content_csv, self.counts_csv)
        return ExportFiles(owner, *exports, anchor, self.followers, self.followers_read_on, self.any_files)


def parse_exports(given: Mapping[str, Any]) -> Exports:
    """What the command line gave, with the handle that the files state where none is given.

    `RefusedError` names every part that cannot be used; whose the files are is asked only where a person can answer.
    """
    try:
        return Exports.model_validate({**given, "handle": given.get("handle") or _handle_of(given)})
    except ValidationError as problem:
        raise RefusedError(sentence(problem)) from None


def _handle_of(given: Mapping[str, Any]) -> str:
    named = (given.get(name) for name in ("analytics_csv", "content_csv", "counts_csv", "followers"))
    files = [*(path for path in named if path), *given.get("any_files", ())]
    try:
        return stated_handle(files)
    except ExportRefusedError as problem:
        if files and str(problem) == ASK_FOR_HANDLE and sys.stdin.isatty():
            return input("Whose files are these? The account's @name: ").strip().removeprefix("@")
        raise RefusedError(str(problem)) from None


def preview(exports: Exports) -> State[Any]:
    """What an import of these files would take, and what reports will say of it; nothing is written."""
    try:
        read = read_exports(exports.files, load_context().now().date())
        for export in read:
            if isinstance(export, FollowerListExport):
                refuse_export(export.followers, export.read_on)
    except (ExportRefusedError, ListRefusedError) as problem:
        return refusal_state(problem)
    return Completed(message="\n".join(line for export in read for line in preview_lines(export)))


def read_fingerprints(given: Mapping[str, Any]) -> list[str]:
    """The fingerprints of the imports to undo: those that stand in the place of files, else those of the files.

    `RefusedError` where the files cannot be read as they were for their import.
    """
    words = [path.name for path in given.get("any_files", ())]
    if words and all(re.fullmatch(r"[0-9a-f]{16,64}", word) for word in words):
        return words
    files = parse_exports(given).files
    try:
        return [export.fingerprint for export in read_exports(files, load_context().now().date())]
    except ExportRefusedError as problem:
        raise RefusedError(str(problem)) from None


def _strangers(run: RunContext, handle: str) -> list[str]:
    """That the handle has passed to another account, where it has."""
    return [
        f"@{handle} is today account {account}, which is younger than these rows: they stand as an account of their own"
        for account in read_strangers(run.tables, handle)
    ]


@flow(
    name="imports",
    flow_run_name="imports-{exports.handle}",
    on_failure=[announce_failure],
    on_crashed=[announce_failure],
)
@ends_in_a_state
def imports(exports: Exports) -> State[Any]:
    """Import the exports of one account, and report every day that they touch.

    Args:
        exports: The files, whose they are, and a known count if there is one.
    """
    run = load_context()
    staged = result_of(stage_exports(run.root, exports.files, run.now().date(), return_state=True))
    # A list brought in again with another day replaces the first one, whose rows may stand under any day.
    lists = (date.min, date.max) if staged.has_list else None
    try:
        summary = derive(run, Derivation(staged.days, [exports.handle], lists=lists))
    except BaseException:
        withdraw_files(run.root, staged.new_files)
        raise
    publish_page(run)
    found = read_findings(run.tables, exports.handle) if staged.has_list else []
    done = "; ".join([*staged.notes, summary, *_strangers(run, exports.handle), *found])
    notify(run, done)
    return Completed(message=done)


@flow(name="undo-imports", on_failure=[announce_failure], on_crashed=[announce_failure])
@ends_in_a_state
def undo_imports(fingerprints: list[str]) -> State[Any]:
    """Undo the imports of these fingerprints, and derive again what was reported of their accounts.

    A run that was killed is finished by running it again; what was undone before is left alone, and said.

    Args:
        fingerprints: What the summaries of the imports name.
    """
    run = load_context()
    withdrawal = result_of(withdraw_imports(run.root, fingerprints, return_state=True))
    if not withdrawal.batches:
        return Completed(message="undone before: there is nothing to undo")
    undone = f"{len(withdrawal.batches)} imports undone, {withdrawal.files_count} files removed"
    done = f"{undone}; {_derive_without(run, withdrawal)}"
    note_undone(run.root, withdrawal.batches)
    notify(run, done)
    return Completed(message=done)


def _derive_without(run: RunContext, withdrawal: Withdrawal) -> str:
    """Derive all reports of the accounts again; one sentence of what was done."""
    if not read_all_accounts(run.tables).accounts:
        clear_reports(run.root)
        return "nothing else is known of anybody, so all reports went too"
    reported = read_reported_accounts(run.tables, withdrawal.accounts)
    if reported is None:
        return "nothing was reported of its account"
    names = [*reported.handles, *reported.handles.values()]
    derive(run, Derivation(reported.days, names, lists=(date.min, date.max), withdrawn=reported.handles))
    publish_page(run)
    first, last = reported.days
    return f"reports of {len(reported.handles)} accounts derived again from {first} to {last}"


if __name__ == "__main__":
    main("import")
