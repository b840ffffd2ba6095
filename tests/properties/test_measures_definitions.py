"""Every metric's docstring is its definition, and its worked example holds."""

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Callable

import pytest

import tasks.divergence
import tasks.metrics
import tests.oracles
from tasks.metrics.changes import pooled_deviation
from tasks.metrics.community import interactor_ratio

METRIC_MODULES = ("metrics.rates", "metrics.scores", "divergence.pace", "divergence.cross_section")
FRAME_FUNCTIONS = {"pace", "cross_section"}
"""Functions of these modules that build columns instead of defining a metric."""
METRICS_AMONG_FRAMES = (interactor_ratio, pooled_deviation)
"""Metrics in modules that otherwise build columns."""

MODULES = sorted(
    module.name
    for package in (tasks.metrics, tasks.divergence, tests.oracles)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
)


def _metrics() -> list[Callable[..., object]]:
    modules = [importlib.import_module(f"tasks.{name}") for name in METRIC_MODULES]
    own = [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and name not in FRAME_FUNCTIONS
    ]
    return [*own, *METRICS_AMONG_FRAMES]


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples_hold(name: str) -> None:
    """What a docstring shows is what the function gives."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("metric", _metrics(), ids=lambda metric: f"{metric.__module__}.{metric.__name__}")
def test_a_metric_is_defined_in_its_docstring(metric: Callable[..., object]) -> None:
    """A metric says what it is, and shows it by one worked example."""
    said = inspect.getdoc(metric) or ""
    assert ">>> " in said
    assert said.split("\n", maxsplit=1)[0].endswith((".", "null."))
