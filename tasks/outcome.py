"""How a task says no: a state named Refused, whose message is one sentence and whose log has no traceback."""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Failed

REFUSED = "Refused"


def refused(problem: Exception | str) -> State[Any]:
    """The final state of a task or flow that was given something it cannot use; nothing was written."""
    return Failed(name=REFUSED, message=str(problem))


def passed_on(state: State[Any]) -> State[Any]:
    """The state in which a flow ends when one of its tasks ended in this one: as itself Prefect would count it."""
    return Failed(name=state.name, message=state.message)


def is_refused(state: State[Any]) -> bool:
    """Whether the state is a refusal, not a failure of the program."""
    return state.name == REFUSED
