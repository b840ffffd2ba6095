"""The house stays as its plan has it: what a file is, and how many there are."""

import ast
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_flows_are_few_files() -> None:
    """At most a dozen files hold the flows and the steps that they share."""
    assert len(list((REPOSITORY / "flows").glob("*.py"))) <= 12


def test_every_file_in_tasks_holds_a_task() -> None:
    """A file there is a Prefect task; what is none has a folder."""
    for path in sorted((REPOSITORY / "tasks").glob("[!_]*.py")):
        functions = [
            node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
        ]
        decorators = [ast.unparse(decorator) for function in functions for decorator in function.decorator_list]
        assert [name for name in decorators if name.split("(")[0] == "task"], path


def test_no_file_loads_the_configuration_a_second_time() -> None:
    """Settings and parameters are loaded by the context of a run; `check` alone tries them piece by piece."""
    callers = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "flows").rglob("*.py")
        if "load_parameters(" in path.read_text(encoding="utf-8")
    }
    assert callers == {"flows/cli/check.py", "flows/context.py"}
