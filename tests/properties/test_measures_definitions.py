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

METRIC_MODULES = (
    "metrics.rates",
    "metrics.shrinkage",
    "metrics.wilson",
    "metrics.community",
    "metrics.change",
    "metrics.reach",
    "metrics.amplification",
    "metrics.network",
    "metrics.score",
    "metrics.tweepcred",
    "metrics.snp",
    "divergence.pace",
    "divergence.scaling",
)
MODULES = sorted(
    module.name
    for package in (tasks.metrics, tasks.divergence, tests.oracles)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
)


def _metrics() -> list[Callable[..., object]]:
    modules = [importlib.import_module(f"tasks.{name}") for name in METRIC_MODULES]
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


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
