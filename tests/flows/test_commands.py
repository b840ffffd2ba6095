"""Commands given by hand refuse what they cannot use: exit code 2, one sentence, nothing written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.flows.conftest import BIN, REPOSITORY, Server, written_files

PYTHON = str(BIN / "python")
PIPELINE = (REPOSITORY / "config" / "pipeline.toml").read_text(encoding="utf-8")
ACCOUNT = '[[account]]\nhandle = "frank"\n'


@dataclass(frozen=True)
class Given:
    """What an operator set up: configuration files, None for one that is missing, and environment variables."""

    accounts: str | None = ACCOUNT
    pipeline: str | None = PIPELINE
    settings: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The configuration folder."""
        config = folder / "config"
        config.mkdir()
        for name, text in (("accounts.toml", self.accounts), ("pipeline.toml", self.pipeline)):
            if text is not None:
                (config / name).write_text(text, encoding="utf-8")
        return config


NEGATIVE = PIPELINE.replace("lookback_days = 7", "lookback_days = -7")
UNSAFE = {"X_BEARER_TOKEN": "t", "VANITY_GAP_X_BASE_URL": "http://example.org"}


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("no account is named", Given(accounts="")),
        ("accounts.toml: there is no such file", Given(accounts=None)),
        ("pipeline.toml: there is no such file", Given(pipeline=None)),
        ("accounts.toml: not valid TOML", Given(accounts="[[account")),
        ("[report]: lookback_days", Given(pipeline=NEGATIVE)),
        ("X_BEARER_TOKEN in the environment", Given()),
        ("must be https", Given(settings=UNSAFE)),
        ("VANITY_GAP_CLOCK may be set only", Given(settings={"VANITY_GAP_CLOCK": "2026-06-01T02:15:00Z"})),
    ],
)
def test_daily_refuses_what_it_cannot_use(server: Server, tmp_path: Path, said: str, given: Given) -> None:
    """Missing or malformed configuration, no credentials, and an unsafe address are each one sentence."""
    root = tmp_path / "data"
    chosen = {"VANITY_GAP_DATA_ROOT": str(root), "VANITY_GAP_CONFIG_DIR": str(given.write(tmp_path))}
    done = server.module("flows.daily", **chosen, **given.settings)
    assert 2 == done.returncode, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {} == written_files(root)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("lies after end", ("--start", "2026-01-02", "--end", "2026-01-01")),
        ("lies in the future", ("--start", "2026-01-02", "--end", "2999-01-01")),
        ("lies before X began on 2006-03-21", ("--start", "1925-06-01", "--end", "2025-06-30")),
        ("are 1127 days", ("--start", "2022-06-01", "--end", "2025-07-01")),
        ("nothing was observed", ("--start", "2022-06-01", "--end", "2025-07-01", "--yes")),
        ("nothing was observed", ("--start", "2026-01-01", "--end", "2026-01-02")),
    ],
)
def test_backfill_refuses_ranges_that_hold_nothing(
    server: Server, tmp_path: Path, said: str, words: tuple[str, ...]
) -> None:
    """A range backward, in the future, before X, of three years without --yes, or empty is one sentence."""
    done = server.module("flows.backfill", *words, VANITY_GAP_DATA_ROOT=str(tmp_path))
    assert 2 == done.returncode, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demonstration_empties_no_folder_of_somebody_else(server: Server, tmp_path: Path) -> None:
    """A folder that holds anything else is refused and kept."""
    kept = tmp_path / "thesis.txt"
    kept.write_text("years of work", encoding="utf-8")
    done = server.module("sandbox.demo", "--data-root", str(tmp_path))
    assert 2 == done.returncode
    assert "holds something else" in done.stderr
    assert "years of work" == kept.read_text(encoding="utf-8")


def test_check_says_everything_that_is_wrong_at_once_and_writes_nothing(server: Server, tmp_path: Path) -> None:
    """A misspelled setting, no account, an unsafe address and no credentials: four sentences, exit code 2."""
    given = Given(accounts="", settings={"VANITY_GAP_DATAROOT": "typo", "VANITY_GAP_X_BASE_URL": "http://example.org"})
    root = tmp_path / "data"
    chosen = {"VANITY_GAP_DATA_ROOT": str(root), "VANITY_GAP_CONFIG_DIR": str(given.write(tmp_path))}
    done = server.module("flows.daily", "--check", **chosen, **given.settings)
    assert 2 == done.returncode, done.stdout + done.stderr
    for said in ("VANITY_GAP_DATAROOT", "no account is named", "must be https", "X_BEARER_TOKEN"):
        assert said in done.stderr
    assert not root.exists()


def test_check_finds_a_complete_setup_in_order(server: Server, tmp_path: Path) -> None:
    """From a cold start; nothing listens at the address of X, so that any question would have failed."""
    given = Given(settings={"X_BEARER_TOKEN": "t", "VANITY_GAP_X_BASE_URL": "http://127.0.0.1:9"})
    chosen = {"VANITY_GAP_DATA_ROOT": str(tmp_path), "VANITY_GAP_CONFIG_DIR": str(given.write(tmp_path))}
    done = server.command(PYTHON, "-m", "flows.daily", "--check", **chosen, **given.settings)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "1 accounts" in done.stdout
