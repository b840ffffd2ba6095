"""What the documents promise is there."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.settings import Settings
from tests.unit.test_commands import help_of

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
DESIGN = (REPOSITORY / "docs" / "design.md").read_text(encoding="utf-8")
SETTINGS = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
PAPERS = ("README.md", "CONTRIBUTING.md", "docs/design.md")
WRITTEN = ("data/demo", "data/reports", "raw", "ledger", "work", "latest")
"""Folders that runs write: they are named, and are not in a clean clone."""
FLOWS = sorted(path.stem for path in (REPOSITORY / "flows").glob("*.py") if path.stem != "__init__")


def _targets() -> set[str]:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE))


def test_every_make_target_that_the_readme_names_exists() -> None:
    """`make run` and the others are real."""
    named = set(re.findall(r"`?make ([a-z-]+)`?", README))
    assert {"run", "test"} <= named
    assert named <= _targets()


def test_every_setting_is_described() -> None:
    """Each environment variable of the settings has its row, and docs/settings.md names no other."""
    names = {
        str(field.validation_alias or f"VANITY_GAP_{name.upper()}") for name, field in Settings.model_fields.items()
    }
    assert names == set(re.findall(r"`((?:VANITY_GAP|X)_[A-Z_]+)`", SETTINGS))


def _words(paper: str) -> list[str]:
    """What the paper sets in backticks, and where its links lead."""
    text = (REPOSITORY / paper).read_text(encoding="utf-8")
    here = Path(paper).parent
    links = [str(here / link) for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    return [*re.findall(r"`([^`\n]+)`", text), *links]


@pytest.mark.parametrize("paper", PAPERS)
def test_every_path_that_the_papers_name_exists(paper: str) -> None:
    """A file or folder that README, CONTRIBUTING or the design names is there."""
    named = [word for word in _words(paper) if re.fullmatch(r"[\w.-]+(/[\w.-]*)+|[\w-]+\.(md|toml|py|yaml|lock)", word)]
    paths = [word for word in named if not word.startswith(WRITTEN)]
    assert paths
    assert [] == [path for path in paths if not _stands(path)]


def _stands(path: str) -> bool:
    tracked = subprocess.run(  # noqa: S603 - the words are the test's own
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", path, f":(glob)**/{path}"],  # noqa: S607
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return bool(tracked.stdout) or path == ".venv/bin/vanity-gap"


@pytest.mark.parametrize("paper", PAPERS)
def test_every_command_that_the_papers_name_exists(paper: str) -> None:
    """Each `make target`, and each `vanity-gap subcommand` with its options."""
    words = _words(paper)
    targets = {word.split()[1] for word in words if word.startswith("make ")}
    assert targets <= _targets()
    for word in (word for word in words if "vanity-gap " in word):
        given = [part for part in word.partition("vanity-gap ")[2].split() if part.islower()]
        subcommand = next((part for part in given if not part.startswith("-")), "")
        assert [] == [option for option in given if option.startswith("--") and option not in help_of(subcommand)]


def test_every_room_is_in_the_design() -> None:
    """The map of folders is complete."""
    rooms = {path.name for path in (REPOSITORY / "tasks").iterdir() if (path / "__init__.py").exists()}
    assert rooms == set(re.findall(r"`tasks/(\w+)/`", DESIGN))


def test_no_flow_file_shadows_a_package() -> None:
    """Prefect puts flows/ first on the path, so no file there may have the name of anything that is imported."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[<>=\[]", name)[0].replace("-", "_").lower() for name in project["dependencies"]}
    folders = {path.name for path in REPOSITORY.iterdir() if path.is_dir()}
    assert set() == set(FLOWS) & (needed | folders | set(sys.stdlib_module_names))


def test_every_flow_can_be_imported() -> None:
    """`prefect deploy` does not notice a broken import, so this does, in a process of its own."""
    program = f"import importlib\nfor flow in {FLOWS}: importlib.import_module(f'flows.{{flow}}')"
    done = subprocess.run(  # noqa: S603 - the words are the test's own
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr


def test_rooms_work_without_prefect() -> None:
    """Everything in the folders of tasks/ can be imported and Prefect is not loaded by it."""
    modules = [
        ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
        for path in sorted((REPOSITORY / "tasks").glob("*/**/*.py"))
        if path.stem not in {"__init__", "__main__"}
    ]
    imports = f"import sys, importlib\nfor name in {modules}: importlib.import_module(name)\n"
    program = f"{imports}assert 'prefect' not in sys.modules"
    done = subprocess.run(  # noqa: S603 - the words are the test's own
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr


def test_clock_and_chance_enter_in_flows_only() -> None:
    """No room asks what time it is: `datetime.now`, `date.today` and `time.time` stand in flows/ alone."""
    asked = ("now", "today", "utcnow")
    for path in sorted((REPOSITORY / "tasks").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in asked and isinstance(node.value, ast.Name):
                assert node.value.id not in {"datetime", "date", "pd"}, path


def test_the_lock_names_no_index() -> None:
    """The lock has hashes and no address of a package index."""
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock
    assert "index-url" not in lock
