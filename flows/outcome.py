"""In what state a flow ends."""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Failed

from tasks import REFUSED


def refused(problem: Exception | str) -> State[Any]:
    """The final state of a flow that was given something it cannot use; nothing was written."""
    return Failed(name=REFUSED, message=str(problem))


def passed_on(state: State[Any]) -> State[Any]:
    """The state in which a flow ends when one of its tasks ended in this one: as itself Prefect would count it."""
    return Failed(name=state.name, message=state.message)


def is_refused(state: State[Any]) -> bool:
    """Whether the state is a refusal, not a failure of the program."""
    return state.name == REFUSED
