"""The command `vanity-gap`: `vanity-gap --help`.

Each subcommand loads its flow when it runs; help and bad options load neither Prefect nor pandas.
Exit codes are 0 for done, 1 for a failure, and 2 for input that cannot be used, with one sentence on standard error.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from cyclopts import App, CycloptsError, Parameter

from config.refusal import RefusedError
from flows.cli.parameters import (
    ANCHOR,
    COMPLY_USD,
    EXPIRE_DAYS,
    MAX_DAYS,
    AccountId,
    AccountNames,
    AgeDays,
    AnalyticsFile,
    ContentFile,
    CountsFile,
    DecideDryRun,
    DecideHandle,
    DryRun,
    ExportFile,
    ExportHandle,
    FirstDay,
    FollowersDay,
    FollowersFile,
    Force,
    LastDay,
    LongRange,
    LookUpUsd,
    MaxDays,
    OpenPage,
    Order,
    Preview,
    PurgeHandle,
    ReportDay,
    Undo,
)
from tasks import REFUSED
from tasks.schema.plain_text import plain_text

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from flows.cli.reach import TemporaryServer

FAILED, BAD_INPUT = 1, 2
LONGEST_LIST = 100_000
"""Letters of all sentences of one command."""
PRIVACY = "docs/privacy.md says what is kept about whom."

Webhook = Annotated[str | None, Parameter(metavar="URL", help="Where new divergences are posted as JSON.")]
DataRootFolder = Annotated[
    str | None,
    Parameter(metavar="DIR", help="Where the data lies; VANITY_GAP_DATA_ROOT, or data, when not given."),
]

app = App(
    name="vanity-gap",
    help="Shows when an account's follower count diverges from its community.",
    help_format="plaintext",
    default_parameter=Parameter(negative=""),
    version_flags=[],
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
_housekeeping_app = App(
    name="housekeeping",
    help="""Forgets people, purges accounts, and keeps the files in order.

    Nothing is asked of X and nothing is spent, but for `comply`, which looks up who is gone from there.
    While it works, no other run reads, stages or reports; whatever was killed is finished by running it again.
    """,
    help_epilogue=PRIVACY,
)
app.command(_housekeeping_app)


def main(command: str = "") -> None:
    """The command line; of a subcommand, where a flow's own module is run."""
    run_command([*command.split(), *sys.argv[1:]])


def run_command(words: Sequence[str]) -> None:
    """Run what the words say; exit code 2 and one sentence when they, or what they name, cannot be used."""
    try:
        app(words, exit_on_error=False, print_error=False)
    except CycloptsError as problem:
        _leave(f"refused: {' '.join(str(problem).split())}", BAD_INPUT)
    except RefusedError as problem:
        _leave(f"refused: {problem}", BAD_INPUT)


@app.command(name="daily")
def _daily(
    *,
    day: ReportDay = None,
    check: Annotated[
        bool, Parameter(help="Validate settings, configuration and credentials, and ask X nothing.")
    ] = False,
    plan: Annotated[
        bool, Parameter(help="Print what would be read today, why, and what it costs; X is not asked.")
    ] = False,
    open_page: OpenPage = False,
) -> None:
    """Observes today and reports it.

    Scheduled by prefect.yaml; by hand it needs no server.
    A day that was read completely asks X nothing when it is run again.
    """
    if check:
        return _check_setup()
    if plan:
        return _print_plan()
    server = _begin_server()
    from flows.daily import daily as flow  # noqa: PLC0415 - loaded when it runs

    return _end(partial(flow, day, return_state=True), server, open_page=open_page)


@app.command(name="check")
def _check_setup() -> None:
    """Validates settings, configuration and credentials, and asks X nothing."""
    from flows.cli.check import check  # noqa: PLC0415 - loaded when it runs

    _end(check, needs_server=False, draws_page=False)


@app.command(name="plan")
def _print_plan() -> None:
    """Prints what would be read today, why, and what it and the next 30 days cost; X is not asked."""
    from flows.cli.check import plan_today  # noqa: PLC0415 - loaded when it runs

    _end(plan_today, needs_server=False, draws_page=False)


@app.command(name="decide")
def _decide(handle: DecideHandle, /, *, dry_run: DecideDryRun = False, open_page: OpenPage = False) -> None:
    """Buys the one reading that would probably tell what explains a rise, and says what it changed.

    Which reading that is, and what it costs, stands in the reports; it is made within the budgets, or not at all.
    """
    server = _begin_server()
    from flows.decide import decide as flow  # noqa: PLC0415 - loaded when it runs

    _end(partial(flow, handle, dry_run=dry_run, return_state=True), server, draws_page=not dry_run, open_page=open_page)


@app.command(name="backfill")
def _backfill(  # noqa: PLR0913 - these are its options
    *,
    start: FirstDay,
    end: LastDay,
    accounts: AccountNames = None,
    dry_run: DryRun = False,
    force: Force = False,
    order: Order = "oldest_first",
    newest_first: Annotated[bool, Parameter(help="The same as --order newest_first.")] = False,
    max_days: MaxDays = MAX_DAYS,
    yes: LongRange = False,
) -> None:
    """Derives the missing and stale reports of a range of days from what was observed.

    X is asked nothing and nothing is spent; what nobody observed stays unknown.
    What has to be run is read off the ledger below the data root, so that running again resumes, and repeats nothing.
    """
    server = _begin_server()
    from flows.backfill import backfill as flow  # noqa: PLC0415 - loaded when it runs

    chosen: Order = "newest_first" if newest_first else order
    given = {"dry_run": dry_run, "force": force, "order": chosen, "max_days": max_days, "yes": yes}
    _end(lambda: flow(start, end, accounts, **given, return_state=True), server, draws_page=not dry_run)


@app.command(name="import")
def _import_files(  # noqa: PLR0913 - these are its options
    *any_files: ExportFile,
    handle: ExportHandle | None = None,
    account_id: AccountId = None,
    analytics_csv: AnalyticsFile = None,
    content_csv: ContentFile = None,
    counts_csv: CountsFile = None,
    followers: FollowersFile = None,
    followers_read_on: FollowersDay = None,
    anchor: Annotated[str | None, ANCHOR] = None,
    dry_run: Preview = False,
    undo: Undo = False,
    open_page: OpenPage = False,
) -> None:
    """Brings in files that X or somebody else wrote, and reports every day they touch.

    Nothing is asked of X and nothing is spent.
    The same file imported twice changes nothing.
    """
    given = {name: value for name, value in locals().items() if name not in ("dry_run", "undo", "open_page")}
    server = None if dry_run else _begin_server()
    from flows.imports import (  # noqa: PLC0415 - loaded when it runs
        imports,
        parse_exports,
        preview,
        read_fingerprints,
        undo_imports,
    )

    if dry_run:
        return _end(lambda: preview(parse_exports(given)), needs_server=False, draws_page=False)
    # Files that cannot be used are refused at once, without a server.
    ask = partial(undo_imports, read_fingerprints(given)) if undo else partial(imports, parse_exports(given))
    return _end(partial(ask, return_state=True), server, open_page=open_page)


@app.command(name="try")
def _try(
    handle: Annotated[str, Parameter(help="The account on Bluesky, such as name.bsky.social.")],
    /,
    *,
    open_page: OpenPage = False,
) -> None:
    """Reads one account on Bluesky now, for nothing and without credentials, and shows its page.

    It has a data root of its own, `try/` below the usual one; running it again on later days gives it a past.
    """
    server = _begin_server()
    from flows.cli.trial import try_account  # noqa: PLC0415 - loaded when it runs

    _end(partial(try_account, handle), server, open_page=open_page)


@app.command(name="full-scan")
def _full_scan() -> None:
    """Reads whole follower lists: who is gone, and whether X lists in follow order.

    Scheduled weekly; a list that the day's budget does not reach is gone on with on the next run.
    """
    server = _begin_server()
    from flows.full_scan import full_scan as flow  # noqa: PLC0415 - loaded when it runs

    _end(partial(flow, return_state=True), server)


@_housekeeping_app.default
def _refuse_command(*words: Annotated[str, Parameter(show=False)]) -> None:  # noqa: ARG001 - whatever stood there
    """Say which commands there are."""
    message = "housekeeping needs one of the commands forget, comply, purge, expire, compact, verify, repair and rotate"
    raise RefusedError(message)


@_housekeeping_app.command(name="forget")
def _forget(
    *people: Annotated[
        str, Parameter(metavar="ID_OR_HANDLE", help="Id on X, or handle; `-` reads them from standard input.")
    ],
) -> None:
    """Takes people out of every raw, staged and report file, and lets them in never again.

    Without anybody named it finishes what a killed run began.
    A handle is found only while a raw page names it.
    """
    names = sys.stdin.read().split() if people == ("-",) else people
    server = _begin_server()
    from flows.housekeeping import ask_to_forget as flow  # noqa: PLC0415 - loaded when it runs

    _end(partial(flow, names), server)


@_housekeeping_app.command(name="comply")
def _comply(*, usd: LookUpUsd = COMPLY_USD) -> None:
    """Looks up which stored people are gone from X, those seen longest ago first, and forgets who is on two days.

    Says how many were not looked up, and what looking up all of them costs.
    """
    _keep("comply", usd=usd)


@_housekeeping_app.command(name="purge")
def _purge(handle: PurgeHandle, /) -> None:
    """Removes everything of an account that was tracked."""
    _keep("purge", handle=handle)


@_housekeeping_app.command(name="expire")
def _expire(*, days: AgeDays = EXPIRE_DAYS) -> None:
    """Removes raw pages that have grown old."""
    _keep("expire", days=days)


@_housekeeping_app.command(name="compact")
def _compact(*, days: AgeDays = EXPIRE_DAYS) -> None:
    """Puts the staged files of old months together, which reads faster after some years.

    The files of each month that ended more than so many days ago become one file.
    Reports stay as they are, and nothing is derived anew because of it.
    """
    _keep("compact", days=days)


@_housekeeping_app.command(name="verify")
def _verify() -> None:
    """Checks every file; exit code 1 when something is wrong."""
    _keep("verify")


@_housekeeping_app.command(name="repair")
def _repair() -> None:
    """Restores what can be derived again, and closes to others what is the owner's alone.

    Damaged reports and notes are removed, and every day is derived anew from what was staged.
    Staged and raw files that are damaged are named by `verify`, and need a backup.
    """
    _keep("repair")


@_housekeeping_app.command(name="rotate")
def _rotate() -> None:
    """Makes a new secret, and rewrites every pseudonym by it.

    Whoever holds the old secret can then name nobody in what is reported from now on.
    Copies of reports that were made before keep the old pseudonyms.
    """
    _keep("rotate")


def _keep(command: Any, **given: Any) -> None:  # noqa: ANN401 - what the flow takes
    server = _begin_server()
    from flows.housekeeping import housekeeping as flow  # noqa: PLC0415 - loaded when it runs

    _end(lambda: flow(command, **given, return_state=True), server)


@app.command(name="show")
def _show(
    handle: Annotated[str | None, Parameter(help="The account, with or without @; all of them when not given.")] = None,
    /,
    *,
    data_root: DataRootFolder = None,
) -> None:
    """Shows what was reported, in the terminal.

    Without a handle all accounts, the most urgent first; with one its story, the same that the page tells.
    """
    from flows.cli.show import show as print_stories  # noqa: PLC0415 - loaded when it runs

    print_stories(handle, data_root)


@app.command(name="report")
def _report(
    handle: Annotated[str, Parameter(help="The account, with or without @.")],
    /,
    *,
    output: Annotated[
        Path, Parameter(metavar="DIR", help="The folder in which both files are put; the current one when not given.")
    ] = Path(),
    data_root: DataRootFolder = None,
) -> None:
    """Writes one page to hand to a client, as PDF and PNG: the sentence, the proof, the facts, what is not known.

    Followers and people are counted and not named.
    The installed Chromium or Chrome draws it; nothing is loaded, and nothing of the reports changes.
    """
    from flows.cli.browser import BrowserError  # noqa: PLC0415 - loaded when it runs
    from flows.cli.report import write_client_report  # noqa: PLC0415 - loaded when it runs

    try:
        for path in write_client_report(handle, output, data_root):
            print(path)  # noqa: T201 - a command line answers on standard output
    except BrowserError as problem:
        _leave(f"failed: {problem}", FAILED)


@app.command(name="people")
def _people(
    handle: Annotated[str, Parameter(help="The account, with or without @; accounts.toml has to say reveal = true.")],
    /,
    *,
    community: Annotated[bool, Parameter(help="Who engaged in the last 28 days.")] = False,
    wave: Annotated[bool, Parameter(help="Who came in a wave that the account's activity does not explain.")] = False,
    csv: Annotated[bool, Parameter(help="Print everybody as CSV.")] = False,
) -> None:
    """Tells who stands behind the pseudonyms of an account's reports, from what was read on this machine.

    Reports and page stay pseudonymous, and nothing is written.
    That somebody came in a wave says nothing about why: read it as "not explained", never as an accusation.
    """
    from flows.cli.people import print_people  # noqa: PLC0415 - loaded when it runs

    print_people(handle, is_community=community, is_wave=wave, as_csv=csv)


@app.command(name="serve")
def _serve(
    *,
    port: Annotated[int, Parameter(help="Port of the server on loopback.")] = 4200,
    webhook: Webhook = None,
) -> None:
    """Server, work pool, deployments, automations and worker on this machine. Ctrl-C ends all of them.

    Where PREFECT_API_URL names a server that answers, that one is used, and no other is started.
    """
    from flows.cli.serve import NotServingError  # noqa: PLC0415 - loaded when it runs
    from flows.cli.serve import serve as serve_here  # noqa: PLC0415 - loaded when it runs

    try:
        serve_here(port, webhook)
    except NotServingError as problem:
        _leave(f"not serving: {problem}", FAILED)


@app.command(name="automations")
def _automations(*, webhook: Webhook = None) -> None:
    """Puts this pipeline's automations on a Prefect server that runs it, in the place of earlier ones.

    One ends runs whose process is gone, so that none stays Running for ever and no pool is blocked.
    One posts every new divergence to a webhook, where one is given.
    """
    from flows.cli.automations import replace_automations  # noqa: PLC0415 - loaded when it runs

    print(replace_automations(webhook))  # noqa: T201 - a command line answers on standard output


def _begin_server() -> "TemporaryServer | None":
    """The server of the run, which starts while the flow is loaded; None where another one is named."""
    from flows.cli.reach import begin_server  # noqa: PLC0415 - loaded when it runs

    return begin_server()


def _end(
    command: "Callable[[], State[Any]]",
    server: "TemporaryServer | None" = None,
    *,
    needs_server: bool = True,
    draws_page: bool = True,
    open_page: bool = False,
) -> None:
    """Run the command; what was done is one sentence on standard output, a refusal one on standard error.

    Below the sentence stands where the page lies, if there is one.
    """
    from flows.cli.reach import ServerError, reach_server  # noqa: PLC0415 - loaded when it runs

    try:
        with reach_server(server, is_needed=needs_server):
            state = command()
    except ServerError as problem:
        _leave(f"failed: {problem}", FAILED)
    if not state.is_completed():
        _leave(f"{str(state.name).lower()}: {state.message}", BAD_INPUT if state.name == REFUSED else FAILED)
    print(plain_text(state.message, LONGEST_LIST))  # noqa: T201 - a command line answers on standard output
    if draws_page:
        from flows.cli.page import show_page  # noqa: PLC0415 - loaded when it runs

        show_page(open_page=open_page)


def _leave(said: str, code: int) -> NoReturn:
    print(plain_text(said, LONGEST_LIST), file=sys.stderr)  # noqa: T201 - and complains on standard error
    sys.exit(code)


if __name__ == "__main__":
    main()
