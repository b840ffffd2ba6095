"""What every command line of this repository does alike: exit codes, and one sentence when something is refused."""

import sys
from collections.abc import Callable
from typing import Any, NoReturn

from prefect.client.schemas.objects import State

from config.refusal import RefusedError
from tasks.outcome import is_refused

DONE, FAILED, BAD_INPUT = 0, 1, 2


def exit_after(command: Callable[[], State[Any]]) -> NoReturn:
    """Run the command and leave with 0 when done, 2 when the input was refused, 1 when the program failed.

    A refusal is one sentence on standard error.
    """
    try:
        state = command()
    except RefusedError as problem:
        print(f"refused: {problem}", file=sys.stderr)  # noqa: T201 - a command line speaks on standard error
        sys.exit(BAD_INPUT)
    if state.is_completed():
        sys.exit(DONE)
    print(f"{str(state.name).lower()}: {state.message}", file=sys.stderr)  # noqa: T201 - as above
    sys.exit(BAD_INPUT if is_refused(state) else FAILED)
