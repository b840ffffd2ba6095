"""What a user says of days, from `annotations.toml`; the file may be absent."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from config.refusal import RefusedError, sentence, toml_content
from tasks.divergence.annotations import Annotation

_LONGEST = 200


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    first: Annotated[date, Field(strict=True)]
    last: Annotated[date | None, Field(strict=True)] = None
    words: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST, pattern=r"^[^\x00-\x1f\x7f]+$")]
    explains: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _in_order(self) -> "_Block":
        if self.last and self.last < self.first:
            message = "last must not lie before first"
            raise ValueError(message)
        return self


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")

    annotation: tuple[_Block, ...] = ()


def load_annotations(config_dir: Path) -> tuple[Annotation, ...]:
    """The annotations, in the order of the file; `RefusedError` naming the block and the key that cannot be used."""
    path = config_dir / "annotations.toml"
    if not path.exists():
        return ()
    try:
        blocks = _Content.model_validate(toml_content(path)).annotation
    except ValidationError as problem:
        message = f"{path}: {sentence(problem)}"
        raise RefusedError(message) from None
    return tuple(
        Annotation(each.account.removeprefix("@"), each.first, each.last or each.first, each.words, each.explains)
        for each in blocks
    )
