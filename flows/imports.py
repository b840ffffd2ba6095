"""Brings in files that X or somebody else wrote, and reports every day they touch: `python -m flows.imports --help`.

Nothing is asked of X and nothing is spent.
The same file imported twice changes nothing.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import BaseModel, ConfigDict, Field

from config.accounts import Handle
from flows.command import checked, exit_after
from flows.context import ends_in_a_state, load_context, result_of
from flows.derive import Derivation, derive, publish_page
from flows.notify import notify
from tasks.reports.inputs import provisional_id
from tasks.retrospective import read_findings
from tasks.sources.exports.anchor import Anchor
from tasks.sources.exports.files import ExportFiles
from tasks.sources.exports.owner import Owner
from tasks.stage import stage_exports


class KnownCount(BaseModel):
    """A follower count that somebody knows, from which the others are rebuilt."""

    model_config = ConfigDict(extra="forbid")

    day: date = Field(description="The day at whose end the count was read.")
    followers_count: Annotated[int, Field(ge=0)] = Field(description="The count.")


class Exports(BaseModel):
    """The files of one import, and whose they are; at least one file."""

    model_config = ConfigDict(extra="forbid")

    handle: Handle = Field(description="The account's @name, without the @; the files do not say.")
    account_id: str | None = Field(default=None, pattern=r"^\d+$", description="The account's id on X, if known.")
    analytics_csv: Path | None = Field(default=None, description="X's account_overview_analytics.csv.")
    content_csv: Path | None = Field(default=None, description="X's account_analytics_content_FROM_TO.csv.")
    counts_csv: Path | None = Field(default=None, description="A CSV with the columns date,followers.")
    anchor: KnownCount | None = Field(default=None, description="A known count, to rebuild the others from.")
    followers: Path | None = Field(
        default=None, description="An ordered follower list, CSV or Parquet, with rank (0 = oldest) and created_at."
    )
    followers_read_on: date | None = Field(
        default=None, description="The day on which that list was read; today when not given."
    )
    any_files: tuple[Path, ...] = Field(
        default=(), description="Files of any of these kinds, or the ZIP of X's archive; each is told by its content."
    )

    @property
    def files(self) -> ExportFiles:
        """The same, as the staging asks for it."""
        anchor = Anchor(self.anchor.day, self.anchor.followers_count) if self.anchor else None
        owner = Owner(self.account_id or provisional_id(self.handle), self.handle)
        exports = (self.analytics_csv, self.content_csv, self.counts_csv)
        return ExportFiles(owner, *exports, anchor, self.followers, self.followers_read_on, self.any_files)


@flow(name="imports", flow_run_name="imports-{exports.handle}")
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
    summary = derive(run, Derivation(staged.days, [exports.handle], lists=lists))
    publish_page(run)
    found = read_findings(run.root, exports.handle) if staged.has_list else []
    done = "; ".join([*staged.notes, summary, *found])
    notify(run, done)
    return Completed(message=done)


def _known_count(text: str) -> KnownCount:
    day, _, count = text.partition("=")
    return KnownCount(day=date.fromisoformat(day), followers_count=int(count))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m flows.imports", description=__doc__)
    parser.add_argument(
        "any_files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="X's analytics or content CSV, the ZIP of X's archive, a counts CSV, or a follower list: told by content",
    )
    parser.add_argument("--handle", required=True, help="the account's @name, without the @")
    parser.add_argument("--account-id", help="the account's id on X, if known")
    parser.add_argument("--analytics-csv", type=Path, metavar="FILE", help="X's account_overview_analytics.csv")
    parser.add_argument("--content-csv", type=Path, metavar="FILE", help="X's account_analytics_content_FROM_TO.csv")
    parser.add_argument("--counts-csv", type=Path, metavar="FILE", help="a CSV with the columns date,followers")
    parser.add_argument(
        "--followers",
        type=Path,
        metavar="FILE",
        help="the follower list in follow order, CSV or Parquet with rank (0 = oldest) and created_at: "
        "coordinated blocks of the past are looked for in it (docs/imports.md names all columns)",
    )
    parser.add_argument(
        "--followers-read-on",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the day on which that list was read (default: today)",
    )
    parser.add_argument(
        "--anchor",
        type=_known_count,
        metavar="YYYY-MM-DD=COUNT",
        help="followers at the end of a day; absolute counts are then rebuilt backward and forward from it",
    )
    return parser.parse_args()


def main() -> None:
    """The command line."""
    given = vars(_arguments())
    exit_after(lambda: imports(checked(Exports, given), return_state=True))


if __name__ == "__main__":
    main()
