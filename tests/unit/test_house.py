"""The rules of the house that a reader counts on, read off the source itself."""

import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ROOMS = ("flows", "tasks", "config")
MOST_REPEATED = 10
"""`main` and the few names that two networks or two kinds of file share."""
MOST_FLOW_FILES = 12
PARTICIPLES = frozenset(
    [
        "told",
        "asked",
        "known",
        "listed",
        "observed",
        "published",
        "standing",
        "telling",
        "shown",
        "streamed",
        "counted",
        "folded",
        "passed",
        "lived",
        "brought",
        "given",
        "done",
        "found",
        "said",
        "seen",
        "opened",
        "judged",
        "planned",
        "happened",
        "needed",
        "kept",
        "wanted",
    ]
)
"""Words without a subject: alone they name nothing that the next reader could guess."""
FIGURES = frozenset(["door", "desk", "shelves", "wish", "sheaf"])
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _public(path: Path) -> Iterator[Definition]:
    return (node for node in _tree(path).body if isinstance(node, Definition) and not node.name.startswith("_"))


def _place(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_a_public_name_stands_in_one_module() -> None:
    """A function or class that two modules define under one name is an exception, and there are few."""
    places = defaultdict(set)
    for path in _files():
        for node in _public(path):
            places[node.name].add(_place(path))
    repeated = {name: sorted(found) for name, found in places.items() if len(found) > 1}
    assert len(repeated) <= MOST_REPEATED, repeated


def test_no_participle_and_no_figure_of_speech_is_a_name() -> None:
    """Modules, classes and public functions are called what a reader of the field would guess."""
    names = {_place(path): path.stem for path in _files()}
    names |= {f"{_place(path)}: {node.name}": node.name for path in _files() for node in _public(path)}
    words = {place: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for place, name in names.items()}
    assert {} == {place: name for place, name in words.items() if name in PARTICIPLES | FIGURES}
    assert {} == {place: name for place, name in words.items() if FIGURES & set(name.split("_"))}


def test_no_parameter_is_a_packed_tuple() -> None:
    """Two things are two parameters, or one thing with a name."""
    packed = [
        f"{_place(path)}: {node.name}({argument.arg})"
        for path in _files()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for argument in (*node.args.args, *node.args.kwonlyargs)
        if argument.annotation is not None and _is_packed(ast.unparse(argument.annotation))
    ]
    assert [] == packed


def _is_packed(annotation: str) -> bool:
    return annotation.startswith("tuple[") and "..." not in annotation


def test_flows_are_few_files() -> None:
    """Six flows, what they share, and nothing else."""
    assert len(list((REPOSITORY / "flows").glob("*.py"))) <= MOST_FLOW_FILES


def test_every_file_in_tasks_holds_a_task() -> None:
    """The path tells: a file directly in tasks/ is Prefect's, a folder is not."""
    for path in sorted((REPOSITORY / "tasks").glob("[!_]*.py")):
        decorators = [ast.unparse(decorator) for node in _public(path) for decorator in node.decorator_list]
        assert any(name.partition("(")[0] in {"task", "x_task"} for name in decorators), _place(path)


def test_a_day_is_read_in_four_files() -> None:
    """From the flow to the first line of a measure: each file names the next one."""
    way = ("flows/daily.py", "flows/derive.py", "tasks/measure.py", "tasks/reports/daily.py")
    for here, there in itertools.pairwise(way):
        if here.endswith(".py"):
            module = there.removesuffix(".py").strip("/").replace("/", ".")
            assert module in (REPOSITORY / here).read_text(encoding="utf-8"), (here, there)


def test_no_file_loads_the_configuration_a_second_time() -> None:
    """Settings and parameters are loaded by the context of a run; `check` alone tries them piece by piece."""
    callers = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "flows").rglob("*.py")
        if "load_parameters(" in path.read_text(encoding="utf-8")
    }
    assert callers == {"flows/cli/check.py", "flows/context.py"}
