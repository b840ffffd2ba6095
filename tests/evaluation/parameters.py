"""The values of judge.toml, as the caller passes them to the judgement."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from tasks.audience.retrospective import RetrospectiveParameters
from tests.evaluation.judged import JudgeParameters

Parameters = TypeVar("Parameters")


def filled(kind: type[Parameters], values: Mapping[str, Any]) -> Parameters:
    """The frozen dataclass with these values, its own dataclasses filled in turn; a wrong name raises TypeError."""
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # only dataclasses are passed
    if strange := set(values) ^ known:
        message = f"{kind.__name__}: {', '.join(sorted(strange))} missing or unknown in judge.toml."
        raise TypeError(message)
    return kind(**{name: _value(hints[name], value) for name, value in values.items()})


def _value(hint: Any, value: Any) -> Any:  # noqa: ANN401 - a TOML value of any type
    if is_dataclass(hint):
        return filled(hint, value)  # type: ignore[arg-type]  # a dataclass type, not an instance
    return tuple(value) if isinstance(value, list) else value


VALUES = tomllib.loads(Path(__file__).with_name("judge.toml").read_text(encoding="utf-8"))
JUDGE = filled(JudgeParameters, VALUES["judge"])
RETROSPECTIVE = filled(RetrospectiveParameters, VALUES["retrospective"])

EVENTS = JUDGE.events
SHOCK = EVENTS.shock
EXPECTED = EVENTS.expected
SHAPE = JUDGE.audience.likelihood.shape
EVIDENCE = JUDGE.evidence
