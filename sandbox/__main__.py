"""Serve the sandbox until interrupted: python -m sandbox --port 8080 --seed 7 --date 2026-06-01."""

import argparse
import sys
import threading
from datetime import UTC, date, datetime, time

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import World, large_account, summer


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    world = large_account(chosen.seed, chosen.followers) if chosen.followers else summer(chosen.seed)
    if chosen.owner is not None and chosen.owner not in {account.handle for account in world.accounts}:
        parser.error(
            f"there is no account {chosen.owner!r}: use {', '.join(account.handle for account in world.accounts)}"
        )
    try:
        with serve(world, _settings(chosen, world), chosen.port) as sandbox:
            sys.stdout.write(_welcome(sandbox.base_url, world, sandbox.settings))
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        sys.stderr.write(f"The sandbox could not start: {error}.\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Serve a make-believe X on 127.0.0.1. It speaks X API v2; nothing in it is real.",
        epilog="Clock, bill, faults, credits, vocabulary and truth are under /sandbox/ of the same address.",
    )
    parser.add_argument("--port", type=int, default=8080, help="the port; 0 takes a free one (default: 8080)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world (default: 7)")
    parser.add_argument(
        "--date", type=date.fromisoformat, default=date(2026, 6, 1), help="the day it is there (default: 2026-06-01)"
    )
    parser.add_argument(
        "--speed", type=float, default=0.0, help="its seconds per real second; 0: its clock stands (default)"
    )
    parser.add_argument(
        "--vocabulary", choices=("tweet", "post"), default="tweet", help="X's words: OpenAPI 2.159 or 2.167"
    )
    parser.add_argument(
        "--owner", metavar="HANDLE", help="the account that owns the app and reads its own lists for less"
    )
    parser.add_argument(
        "--credits", type=float, metavar="USD", help="US dollars paid in advance (default: nobody counts)"
    )
    parser.add_argument(
        "--followers", type=int, metavar="N", help="in place of the summer, one account with so many followers"
    )
    return parser


def _settings(chosen: argparse.Namespace, world: World) -> Settings:
    return Settings(
        vocabulary=chosen.vocabulary,
        app_owner_id=world.account(chosen.owner).id if chosen.owner else None,
        moment=datetime.combine(chosen.date, time(12), UTC),
        speed=chosen.speed,
        credits_usd=chosen.credits,
    )


def _welcome(address: str, world: World, settings: Settings) -> str:
    lines = [
        f"A make-believe X at {address}, where it is {settings.moment:%Y-%m-%d %H:%M} UTC. Stop it with Ctrl-C.",
        f"Bearer token: {settings.bearer_token}",
        *(f"  {account.handle:<16} {account.id}" for account in world.accounts),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
