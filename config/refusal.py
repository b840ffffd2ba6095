"""Bad input, said in one clear sentence."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError


class RefusedError(ValueError):
    """What the user gave cannot be used; the message says what to do, and nothing was written."""


def sentence(problem: "ValidationError") -> str:
    """The problems of a validation, each with the place where it stands, without the values."""
    said = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors(include_input=False))
    return "; ".join(said)


def toml_content(path: Path) -> dict[str, Any]:
    """The content of a TOML file; `RefusedError` when it is missing or malformed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path}: there is no such file; copy it from the repository's config folder"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        message = f"{path}: not valid TOML: {problem}"
    raise RefusedError(message)
