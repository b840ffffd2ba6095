"""Every chosen number, from `pipeline.toml`, as the frozen dataclasses that the rooms ask for."""

from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from config.refusal import RefusedError, sentence, toml_content
from tasks.divergence.pace_parameters import PaceParameters
from tasks.engagement.parameters import CommunityParameters, EngagementParameters
from tasks.reports.daily import Numbers
from tasks.sources.x_api.observation import ReadingNumbers
from tasks.sources.x_api.price import Prices
from tasks.vanity.parameters import VanityParameters

Section = TypeVar("Section")


@dataclass(frozen=True)
class ReportNumbers:
    """How many days a daily run derives anew, because readings that came later complete them."""

    lookback_days: int


@dataclass(frozen=True)
class BudgetNumbers:
    """What may be spent."""

    day_usd: Decimal


@dataclass(frozen=True)
class Pipeline:
    """All sections of `pipeline.toml`."""

    report: ReportNumbers
    reading: ReadingNumbers
    budget: BudgetNumbers
    prices: Prices
    engagement: EngagementParameters
    community: CommunityParameters
    pace: PaceParameters
    vanity: VanityParameters

    @property
    def measures(self) -> Numbers:
        """The numbers that the measures ask for."""
        return Numbers(self.engagement, self.community, self.pace, self.vanity)


def load_pipeline(config_dir: Path) -> Pipeline:
    """The chosen numbers; `RefusedError` naming the file, the section and the key when one cannot be used."""
    path = config_dir / "pipeline.toml"
    content = toml_content(path)
    sections = get_type_hints(Pipeline)
    if unknown := sorted(content.keys() - sections.keys()):
        message = f"{path}: unknown section: {', '.join(unknown)}"
        raise RefusedError(message)
    return Pipeline(**{name: _section(path, name, kind, content) for name, kind in sections.items()})


def _section(path: Path, name: str, kind: type[Section], content: dict[str, Any]) -> Section:
    values = content.get(name, {})
    if unknown := sorted(values.keys() - {field.name for field in fields(kind)}):  # type: ignore[arg-type]
        message = f"{path}: [{name}]: unknown: {', '.join(unknown)}"
        raise RefusedError(message)
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as problem:
        message = f"{path}: [{name}]: {sentence(problem)}"
        raise RefusedError(message) from None
