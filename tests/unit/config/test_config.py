"""What people choose is read strictly, and what cannot be used is one sentence."""

import tomllib
from pathlib import Path
from time import process_time

import pytest

from config.accounts import load_accounts
from config.pipeline import load_parameters
from config.refusal import RefusedError
from config.settings import HERE, load_settings


def _accounts(folder: Path, text: str) -> Path:
    (folder / "accounts.toml").write_text(text, encoding="utf-8")
    return folder


def test_accounts_are_read_with_their_defaults(tmp_path: Path) -> None:
    """A handle alone is read at level posts and billed as somebody else's account."""
    (account,) = load_accounts(_accounts(tmp_path, '[[account]]\nhandle = "frank"\n'))
    assert ("frank", "posts", False) == (account.handle, account.level, account.owned)


def test_a_handle_on_bluesky_is_a_domain(tmp_path: Path) -> None:
    """AT Protocol's handles are domain names, which X's cannot be."""
    (account,) = load_accounts(_accounts(tmp_path, '[[account]]\nhandle = "ann.bsky.social"\nnetwork = "bluesky"\n'))
    assert ("ann.bsky.social", "bluesky") == (account.handle, account.network)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("no account is named", "# nothing yet\n"),
        ("not valid TOML", "[[account\n"),
        ("handle '@frank' is none on x", '[[account]]\nhandle = "@frank"\n'),
        ("is none on bluesky", '[[account]]\nhandle = "frank"\nnetwork = "bluesky"\n'),
        ("account.0.level", '[[account]]\nhandle = "frank"\nlevel = "everything"\n'),
        (r"unknown: account.0.levle \(frank\)", '[[account]]\nhandle = "frank"\nlevle = "full"\n'),
        (r"account.0.budget_usd \(frank\): .* finite", '[[account]]\nhandle = "frank"\nbudget_usd = nan\n'),
        (r"account.0.budget_usd \(frank\): .* 0", '[[account]]\nhandle = "frank"\nbudget_usd = -1\n'),
        ("belong to engagers", '[[account]]\nhandle = "frank"\nauthors = true\n'),
        ("to its author alone", '[[account]]\nhandle = "frank"\nengagers = true\nlikers = true\n'),
        ("unknown: accounts", '[accounts]\nhandle = "frank"\n'),
        ("account: .* tuple", "account = 3\n"),
        ("account.0: ", "account = [3]\n"),
        ("named more than once: frank", '[[account]]\nhandle = "frank"\n[[account]]\nhandle = "Frank"\n'),
    ],
)
def test_an_accounts_file_that_cannot_be_used_is_refused(tmp_path: Path, said: str, text: str) -> None:
    """The sentence names the file and the place."""
    with pytest.raises(RefusedError, match=said) as refusal:
        load_accounts(_accounts(tmp_path, text))
    assert str(tmp_path / "accounts.toml") in str(refusal.value)


def test_accounts_in_their_ten_thousands_load_in_the_time_of_reading_toml(tmp_path: Path) -> None:
    """Checking 20,000 accounts takes no longer than twice what parsing their file takes."""
    text = "".join(f'[[account]]\nhandle = "name{number}"\nlevel = "full"\n' for number in range(20_000))
    folder = _accounts(tmp_path, text)
    begun = process_time()
    tomllib.loads(text)
    parsed = process_time()
    assert 20_000 == len(load_accounts(folder))
    assert process_time() - parsed < 3 * (parsed - begun)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The sentence says where a copy is to be had."""
    with pytest.raises(RefusedError, match="there is no such file"):
        load_accounts(tmp_path)


def test_the_pipeline_file_of_the_repository_can_be_used() -> None:
    """Every section and number that the rooms ask for is there."""
    assert 0 < load_parameters(HERE).report.lookback_days


@pytest.mark.parametrize(
    ("said", "find", "put"),
    [
        (r"\[report\]: lookback_days", "lookback_days = 7", 'lookback_days = "some"'),
        (r"\[report\]: lookback_days", "lookback_days = 7", ""),
        (r"\[report\]: unknown: lookbackdays", "lookback_days = 7", "lookback_days = 7\nlookbackdays = 8"),
        ("unknown section: reports", "[report]", "[reports]\n[report]"),
    ],
)
def test_a_number_that_cannot_be_used_is_refused(tmp_path: Path, said: str, find: str, put: str) -> None:
    """A missing, misspelled or impossible number is named with its section."""
    text = (HERE / "pipeline.toml").read_text(encoding="utf-8")
    assert find in text
    (tmp_path / "pipeline.toml").write_text(text.replace(find, put), encoding="utf-8")
    with pytest.raises(RefusedError, match=said):
        load_parameters(tmp_path)


def test_every_chosen_number_has_its_reason_above_it() -> None:
    """In pipeline.toml a comment stands on the line above each number."""
    lines = (HERE / "pipeline.toml").read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if " = " in line and not line.startswith("#") and not above.startswith("#")
    ]
    assert [] == bare


def test_secrets_do_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token given in the environment is not in the text of the settings."""
    monkeypatch.setenv("X_BEARER_TOKEN", "invented-secret-4711")
    settings = load_settings()
    assert settings.x_bearer_token is not None
    assert "invented-secret-4711" == settings.x_bearer_token.get_secret_value()
    assert "4711" not in f"{settings!r} {settings}"


def test_the_environment_stands_over_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The data root is the environment's, made absolute."""
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", str(tmp_path / "elsewhere"))
    assert str(tmp_path / "elsewhere") == load_settings().data_root
