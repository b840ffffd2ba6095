"""Settings: the environment over `[run] storage` of `pipeline.toml`, secrets that do not print.

Environment: `VANITY_GAP_DATA_ROOT`, `VANITY_GAP_REPORTS_MODE`, `VANITY_GAP_CONFIG_DIR`, `VANITY_GAP_X_BASE_URL`,
`VANITY_GAP_BLUESKY_BASE_URL`, `VANITY_GAP_CLOCK`;
credentials as X names them: `X_BEARER_TOKEN`, or `X_API_KEY`, `X_API_SECRET`, `X_ACCESS_TOKEN`, `X_ACCESS_SECRET`;
those of an object store as AWS names them, never in a file: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from config.refusal import RefusedError, sentence, toml_content
from tasks.schema.urls import is_loopback
from tasks.store.object_store import refuse_unready

HERE = Path(__file__).parent
X_API = "https://api.x.com"
BLUESKY_API = "https://public.api.bsky.app"


def _usable_root(uri: str) -> str:
    refuse_unready(uri)
    return uri if "://" in uri else str(Path(uri).absolute())


def _file_mode(given: object) -> int:
    """The mode of a file that its owner reads and writes, and nobody else writes."""
    if not re.fullmatch("0?6[04][04]", str(given)):
        message = "give 600, 640 or 644: who beside the owner may read the reports"
        raise ValueError(message)
    return int(str(given), 8)


class Settings(BaseSettings):
    """What differs between machines and must not stand in the repository."""

    model_config = SettingsConfigDict(
        env_prefix="VANITY_GAP_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_root: Annotated[str, AfterValidator(_usable_root)] = Field(
        default=str(HERE.parent / "data"),
        description="Folder or URI of everything the machine writes; `storage` in pipeline.toml.",
    )
    reports_mode: Annotated[int, BeforeValidator(_file_mode)] = Field(
        default="600",
        validate_default=True,
        description="Who may read reports on a disk: 600 the owner alone, 640 the group too, 644 everybody here.",
    )
    config_dir: Path = Field(default=HERE, description="Folder that holds accounts.toml and pipeline.toml.")
    x_base_url: str = Field(default=X_API, description="Where X answers; anything but https must be loopback.")
    bluesky_base_url: str = Field(default=BLUESKY_API, description="Where Bluesky answers; https, or loopback.")
    clock: AwareDatetime | Literal["system"] = Field(
        default="system",
        description="`system`, or the moment at which the clock stands, for the sandbox alone: X must be on loopback.",
    )
    x_bearer_token: SecretStr | None = Field(
        default=None, validation_alias="X_BEARER_TOKEN", description="App-only bearer token of the X API."
    )
    x_api_key: SecretStr | None = Field(
        default=None, validation_alias="X_API_KEY", description="OAuth 1.0a consumer key."
    )
    x_api_secret: SecretStr | None = Field(
        default=None, validation_alias="X_API_SECRET", description="OAuth 1.0a consumer secret."
    )
    x_access_token: SecretStr | None = Field(
        default=None, validation_alias="X_ACCESS_TOKEN", description="OAuth 1.0a access token."
    )
    x_access_secret: SecretStr | None = Field(
        default=None, validation_alias="X_ACCESS_SECRET", description="OAuth 1.0a access token secret."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic gives it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before `.env`, and both before the chosen `pipeline.toml`."""
        chosen = {**dotenv_settings(), **env_settings()}
        storage = _chosen_storage(Path(str(chosen.get("config_dir", HERE))))
        said = {"data_root": storage} if storage else {}
        return init_settings, env_settings, dotenv_settings, InitSettingsSource(settings_cls, said)

    @model_validator(mode="after")
    def _stop_the_clock_for_the_sandbox_alone(self) -> Self:
        """A count read from the real X is never stamped with another day than that of its reading."""
        if self.clock != "system" and not is_loopback(self.x_base_url):
            message = "VANITY_GAP_CLOCK may be set only when VANITY_GAP_X_BASE_URL is the sandbox on loopback"
            raise ValueError(message)
        return self


def load_settings() -> Settings:
    """The settings of this machine; `RefusedError` with one sentence when a value cannot be used."""
    try:
        return Settings()
    except ValidationError as problem:
        message = f"settings: {sentence(problem)}"
        raise RefusedError(message) from None


def _chosen_storage(config_dir: Path) -> str:
    """`[run] storage` of `pipeline.toml`; empty where it says none, or where `load_parameters` refuses the file."""
    try:
        run = toml_content(config_dir / "pipeline.toml").get("run")
    except RefusedError:
        return ""
    return str(run.get("storage", "")) if isinstance(run, dict) else ""
