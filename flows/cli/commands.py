"""What every command line of this repository does alike: exit codes, and one sentence when something is refused."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from prefect.client.schemas.objects import State
from pydantic import BaseModel, ValidationError

from config.refusal import RefusedError, sentence
from tasks import REFUSED

DONE, FAILED, BAD_INPUT = 0, 1, 2
Parameters = TypeVar("Parameters", bound=BaseModel)


def checked(kind: type[Parameters], given: Mapping[str, Any]) -> Parameters:
    """The parameters of a flow from what the command line gave; `RefusedError` when one cannot be used."""
    try:
        return kind.model_validate(given)
    except ValidationError as problem:
        raise RefusedError(sentence(problem)) from None


def exit_after(command: Callable[[], State[Any]]) -> NoReturn:
    """Run the command and leave with 0 when done, 2 when the input was refused, 1 when the program failed.

    What was done is one sentence on standard output, a refusal one on standard error.
    """
    try:
        state = command()
    except RefusedError as problem:
        _leave(f"refused: {problem}", BAD_INPUT)
    if state.is_completed():
        print(state.message)  # noqa: T201 - a command line answers on standard output
        sys.exit(DONE)
    _leave(f"{str(state.name).lower()}: {state.message}", BAD_INPUT if state.name == REFUSED else FAILED)


def _leave(said: str, code: int) -> NoReturn:
    print(said, file=sys.stderr)  # noqa: T201 - and complains on standard error
    sys.exit(code)
