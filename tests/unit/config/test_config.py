"""What people choose is read strictly, and what cannot be used is one sentence."""

import copy
import tomllib
from collections.abc import Callable, Iterator
from math import inf, nan
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from config.accounts import load_accounts
from config.pipeline import load_parameters, parse_parameters
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
    """Checking 20,000 accounts takes no longer than twice what parsing their file takes; the best of three each."""
    text = "".join(f'[[account]]\nhandle = "name{number}"\nlevel = "full"\n' for number in range(20_000))
    folder = _accounts(tmp_path, text)
    assert 20_000 == len(load_accounts(folder))
    assert _least_seconds(lambda: load_accounts(folder)) < 3 * _least_seconds(lambda: tomllib.loads(text))


def _least_seconds(work: Callable[[], object]) -> float:
    """The least CPU seconds of three runs: what else the machine does only adds to them."""
    taken = []
    for _ in range(3):
        begun = process_time()
        work()
        taken.append(process_time() - begun)
    return min(taken)


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


CONTENT = {name: tomllib.loads((HERE / name).read_text(encoding="utf-8")) for name in ("pipeline.toml", "model.toml")}
FILES = {section: HERE / name for name, sections in CONTENT.items() for section in sections}
TEXTS = {"run.storage", "run.dask_address"}
BELOW_ZERO = (
    *("_absent_weight", "silent_least_weight", "lone_drop_weight", "prior_nats.data_fault", "prior_nats.other"),
    *("next_reading.wave_nats", "next_reading.people_nats"),
)


def _keys(table: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in table.items():
        yield from _keys(value, f"{before}{name}.") if isinstance(value, dict) else (f"{before}{name}",)


def _with(key: str, value: object) -> dict[str, Any]:
    """The repository's numbers with one value in place of another."""
    content = copy.deepcopy(CONTENT["pipeline.toml"] | CONTENT["model.toml"])
    *tables, last = key.split(".")
    table = content
    for name in tables:
        table = table[name]
    table[last] = [value] if isinstance(table[last], list) else value
    return content


def _is_meant(key: str, value: object) -> bool:
    return (value == "some" and key in TEXTS) or (value == -1 and key.endswith(BELOW_ZERO))


@pytest.mark.parametrize("value", [nan, inf, -inf, -1, 10**12, 10**400, "some", None, [], {}])
@pytest.mark.parametrize("name", ["pipeline.toml", "model.toml"])
def test_no_key_takes_what_cannot_be_meant(name: str, value: object) -> None:
    """One sentence names file, section and key; of a number out of its range also the range."""
    for key in (key for key in _keys(CONTENT[name]) if not _is_meant(key, value)):
        section, below = key.split(".", 1)
        with pytest.raises(RefusedError) as refusal:
            parse_parameters(_with(key, value), FILES)
        assert str(refusal.value).startswith(f"{HERE / name}: [{section}]: {below}"), refusal.value
        assert "bool" in str(refusal.value) or key in {*TEXTS, "run.runner"} or "allowed: " in str(refusal.value)


def test_weights_of_pieces_against_an_explanation_may_lie_below_zero() -> None:
    """Of the values that no other key takes these take some."""
    keys = [key for content in CONTENT.values() for key in _keys(content)]
    for key in (key for key in keys if _is_meant(key, -1)):
        parse_parameters(_with(key, -1), FILES)
    for key in (key for key in keys if _is_meant(key, "some")):
        parse_parameters(_with(key, "some"), FILES)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("engagement.minimum_post_days", 29, "minimum_post_days must be at most window_days"),
        ("community.core_days_count", 29, "core_days_count must be at most window_days"),
        ("judge.events.shock.minimum_history_days", 61, "minimum_history_days must be at most history_days"),
        ("vanity.reach_weight", 0.6, "must add up to 1"),
        ("prices.per_object", {}, r"\[prices\]: Value error, The price list lacks"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(key: str, value: object, said: str) -> None:
    """Each may be meant; together they are not."""
    with pytest.raises(RefusedError, match=said):
        parse_parameters(_with(key, value), FILES)


def _write(folder: Path, pipeline: str, model: str | None = None) -> Path:
    (folder / "pipeline.toml").write_text(pipeline, encoding="utf-8")
    if model is not None:
        (folder / "model.toml").write_text(model, encoding="utf-8")
    return folder


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def test_a_folder_without_a_model_takes_the_repositorys_own(tmp_path: Path) -> None:
    """An operator's folder holds what operators choose."""
    assert load_parameters(HERE) == load_parameters(_write(tmp_path, _text("pipeline.toml")))


def test_a_model_of_the_folder_goes_before_the_repositorys_own(tmp_path: Path) -> None:
    """Whoever calibrates anew puts the file beside theirs."""
    model = _text("model.toml").replace("shock_z = 6.0", "shock_z = 7.0")
    assert 7 == load_parameters(_write(tmp_path, _text("pipeline.toml"), model)).judge.events.shock.shock_z


def test_a_pipeline_file_of_version_0_3_goes_on_to_work(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It held all sections; what it says of the model is used, and one sentence names the sections."""
    older = f"{_text('pipeline.toml')}\n{_text('model.toml').replace('shock_z = 6.0', 'shock_z = 7.0')}"
    assert 7 == load_parameters(_write(tmp_path, older)).judge.events.shock.shock_z
    (record,) = caplog.records
    assert f"{tmp_path / 'pipeline.toml'}: [community], [counterfactual], [engagement], [judge]" in record.getMessage()


def test_one_number_of_the_model_may_stand_among_the_operators(tmp_path: Path) -> None:
    """Its neighbors are then those of the model."""
    given = load_parameters(_write(tmp_path, f"{_text('pipeline.toml')}\n[vanity]\ndamping_floor = 0.03\n"))
    assert (0.03, 12.5) == (given.vanity.damping_floor, given.vanity.reach_points)


def test_sections_of_operators_have_no_place_in_the_model(tmp_path: Path) -> None:
    """A budget that nobody finds would not bind."""
    with pytest.raises(RefusedError, match=r"model.toml: unknown section: budget"):
        load_parameters(_write(tmp_path, _text("pipeline.toml"), "[budget]\nday_usd = 1\n"))


@pytest.mark.parametrize("name", ["pipeline.toml", "model.toml"])
def test_every_chosen_number_has_its_reason_above_it(name: str) -> None:
    """In both files a comment stands on the line above each number."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
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
