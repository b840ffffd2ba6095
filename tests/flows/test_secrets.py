"""No secret leaves the environment, and Prefect's database holds nobody but the tracked accounts."""

import re
import subprocess
from pathlib import Path

from sandbox.serve import serve
from sandbox.settings import Settings
from sandbox.worlds import summer
from tests.flows.conftest import BIN, Server

SECRET = "AAAA-invented-secret-that-must-not-leak-ZZZZ"  # noqa: S105 - invented


def _holding(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def _people(data: Path) -> set[bytes]:
    """Handles and ids of everybody in the raw pages but the tracked account."""
    pages = [path.read_bytes() for path in (data / "raw").rglob("*.json")]
    handles = {text for page in pages for text in re.findall(rb'"username":\s*"(\w+)"', page)}
    ids = {text for page in pages for text in re.findall(rb'"id":\s*"(\d{9,})"', page)}
    owner = {text for page in pages for text in re.findall(rb'"id":\s*"(\d+)"[^{}]*"username":\s*"quiet_quinn"', page)}
    named = {path.parent.name.encode() for path in (data / "raw").rglob("*.json")}
    return (handles | ids) - owner - named - {b"quiet_quinn"}


def test_no_secret_in_logs_reports_or_prefect_s_database(server: Server, tmp_path: Path) -> None:
    """After a run with debug logs, and one that X refuses, the token stands in no output, file or database."""
    data = tmp_path / "data"
    config = tmp_path / "config"
    config.mkdir()
    repository = Path(__file__).parents[2]
    pipeline = (repository / "config" / "pipeline.toml").read_text(encoding="utf-8")
    (config / "pipeline.toml").write_text(re.sub(r"(?m)^(\w*_usd) = .*$", r"\1 = 500.0", pipeline), encoding="utf-8")
    (config / "accounts.toml").write_text('[[account]]\nhandle = "quiet_quinn"\nlevel = "full"\nengagers = true\n')
    with serve(summer(7), Settings(bearer_token=SECRET)) as sandbox:
        settings = {
            "VANITY_GAP_DATA_ROOT": str(data),
            "VANITY_GAP_CONFIG_DIR": str(config),
            "VANITY_GAP_X_BASE_URL": sandbox.base_url,
            "VANITY_GAP_CLOCK": sandbox.settings.moment.isoformat(),
            "X_BEARER_TOKEN": SECRET,
            "PREFECT_LOGGING_LEVEL": "DEBUG",
            "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "tweepy,requests,urllib3,oauthlib",
        }
        words = (str(BIN / "python"), "-m", "flows.daily", "--day", "2026-06-01")
        read = server.command(*words, **settings)
        refused = server.command(*words, **(settings | {"X_BEARER_TOKEN": f"{SECRET}-other"}))
    _assert_ended(read, 0)
    assert SECRET not in read.stdout + read.stderr + refused.stdout + refused.stderr
    assert [] == _holding(data)
    assert [] == _holding(server.home)
    assert "DEBUG" in read.stderr
    people = _people(data)
    assert len(people) > 100
    databases = [path.read_bytes() for path in server.home.rglob("*") if path.is_file()]
    assert [] == [text for text in sorted(people) if any(text in database for database in databases)]


def _assert_ended(done: "subprocess.CompletedProcess[str]", code: int) -> None:
    assert code == done.returncode, done.stdout + done.stderr
