"""Storage URIs: what they mean, and which are refused."""

from pathlib import Path

import pytest

from config.refusal import RefusedError
from config.settings import load_settings
from tasks.store.location import Place, StorageURIError, place_of
from tasks.store.root import DataRoot

REPOSITORY = Path(__file__).parents[3]
AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is said by this machine's environment."""
    for name in (*AWS, "VANITY_GAP_DATA_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VANITY_GAP_CONFIG_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_a_uri_names_bucket_folder_endpoint_and_region() -> None:
    """What stands before the question mark is where, what stands behind it is how."""
    expected = Place("bucket", "a/b", "https://minio.example.org", "eu-central-1", lease_seconds=5.0)
    uri = "s3://bucket/a/b/?endpoint=https://minio.example.org&region=eu-central-1&lease_seconds=5"
    assert expected == place_of(uri)
    assert "s3://bucket/a/b" == DataRoot(uri).name
    assert ("a/b/x", "x") == (expected.key("x"), expected.path("a/b/x"))
    assert ("x", "x") == (Place("bucket", "").key("x"), Place("bucket", "").path("x"))


def test_a_folder_is_no_object_store() -> None:
    """A plain path and a file URI lie on this machine."""
    assert [None, None] == [place_of("/srv/data"), place_of("file:///srv/data")]
    assert Path("/srv/data") == DataRoot("file:///srv/data").local


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("s3://AKIAX:hushhush@bucket/x", "storage holds credentials"),
        ("s3://bucket/x?access_key=hushhush", "access_key cannot stand in the URI"),
        ("s3://bucket/x?secret_key=hushhush&region=a", "secret_key cannot stand in the URI"),
        ("gs://bucket/x", "give a folder, file:///folder or s3://bucket/folder"),
        ("s3:///x", "give a folder"),
        ("file://srv/data", "three slashes"),
        ("s3://bucket/x?endpoint=http://minio.example.org", "give an https URL"),
        ("s3://bucket/x?lease_seconds=soon", "lease_seconds must be a number of seconds above 0"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_a_secret(uri: str, said: str) -> None:
    """One sentence says what to do."""
    with pytest.raises(StorageURIError) as refused:
        place_of(uri)
    assert said in str(refused.value)
    assert "hushhush" not in str(refused.value)


def test_credentials_come_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without them settings are refused by their names, also where AWS's own files hold some."""
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = hushhush\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "pipeline.toml").write_text('[run]\nstorage = "s3://bucket/folder?region=eu-central-1"\n')
    with pytest.raises(RefusedError, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"):
        load_settings()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    assert "s3://bucket/folder?region=eu-central-1" == load_settings().data_root


def test_a_store_without_region_or_with_an_open_endpoint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon's needs a region; another one needs https, since followers' data travel."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", "s3://bucket/folder")
    with pytest.raises(RefusedError, match="set AWS_REGION"):
        load_settings()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://minio.example.org")
    with pytest.raises(RefusedError, match="give an https URL"):
        load_settings()


def test_the_environment_goes_before_pipeline_toml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`[run] storage` is what VANITY_GAP_DATA_ROOT is; one that is empty says nothing."""
    (tmp_path / "pipeline.toml").write_text('[run]\nstorage = "file:///srv/data"\n')
    assert "file:///srv/data" == load_settings().data_root
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", "/elsewhere")
    assert "/elsewhere" == load_settings().data_root
    monkeypatch.delenv("VANITY_GAP_DATA_ROOT")
    (tmp_path / "pipeline.toml").write_text('[run]\nstorage = ""\n')
    assert str(REPOSITORY / "data") == load_settings().data_root
