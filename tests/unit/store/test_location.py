"""Storage URIs: what they mean, and which are refused."""

from pathlib import Path

import pytest

from config.refusal import RefusedError
from config.settings import load_settings
from tasks.store.location import BucketFolder, StorageURIError, parse_storage_uri
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
    expected = BucketFolder("bucket", "a/b", "https://minio.example.org", "eu-central-1", lease_seconds=5.0)
    uri = "s3://bucket/a/b/?endpoint=https://minio.example.org&region=eu-central-1&lease_seconds=5"
    assert expected == parse_storage_uri(uri)
    assert "s3://bucket/a/b" == DataRoot(uri).name
    assert "s3://bucket" == DataRoot("s3://bucket/?region=eu-central-1").name


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("/srv/data", Path("/srv/data")),
        ("data", Path("data")),
        ("/srv/100%25 sure?#", Path("/srv/100%25 sure?#")),
        ("file:///srv/data", Path("/srv/data")),
        ("FILE:///srv/data/", Path("/srv/data")),
        ("file:///srv/my%20data", Path("/srv/my data")),
        ("file:///srv/my data", Path("/srv/my data")),
        ("file:///srv/%C3%A4%3F%23%25", Path("/srv/\u00e4?#%")),
        ("S3://bucket/folder", BucketFolder("bucket", "folder")),
        ("s3://bucket", BucketFolder("bucket", "")),
        ("s3://bucket/my%20folder/", BucketFolder("bucket", "my folder")),
        ("s3://bucket/x?endpoint=https%3A%2F%2Fa.example", BucketFolder("bucket", "x", "https://a.example")),
    ],
)
def test_one_parser_says_where_a_uri_points(uri: str, expected: Path | BucketFolder) -> None:
    """A plain path and a file URI lie on this machine; capitals and %20 mean in a URI what they mean in any."""
    assert expected == parse_storage_uri(uri)
    assert (expected if isinstance(expected, Path) else None) == DataRoot(uri).local


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
        ("s3://bucket/x?endpoint=http://hushhush%5C@127.0.0.1", "give an https URL"),
        ("s3://bucket/x?endpoint=https://a:hushhush@minio.example.org", "give an https URL"),
        ("s3://bucket/x?region=x.example.org/", "region holds letters, digits and hyphens alone"),
        ("s3://bucket/x?region=a&region=b", "once each"),
        ("s3://bucket/x?lease_seconds=soon", "lease_seconds must be a number of seconds above 0"),
        ("s3://bucket/x?timeout_seconds=-1", "timeout_seconds must be a number of seconds above 0"),
        ("s3://bucket/x#hushhush", "a # as %23"),
        ("s3://bucket/x\ny", "holds characters that it cannot"),
        (" s3://bucket/x", "storage"),
        ("s3://bucket:80/x", "give a folder"),
        ("s3://../x", "give a folder"),
        ("s3://bucket/a//b", "may be empty"),
        ("s3://bucket/a/%2E%2E/b", "may be empty, . or .."),
        ("s3://[bucket/x", "storage"),
        ("file:///srv/data?region=a", "without options"),
        ("file://", "without options"),
        ("file:///srv/%00", "without options"),
        ("", "storage is empty"),
        ("  ", "storage is empty"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_a_secret(uri: str, said: str) -> None:
    """One sentence says what to do."""
    with pytest.raises(StorageURIError) as refused:
        parse_storage_uri(uri)
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
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://minio.example.org\\@127.0.0.1")
    with pytest.raises(RefusedError, match="give an https URL"):
        load_settings()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    monkeypatch.setenv("AWS_REGION", "x.example.org/")
    with pytest.raises(RefusedError, match="region holds letters"):
        load_settings()


def test_the_environment_goes_before_pipeline_toml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`[run] storage` is what VANITY_GAP_DATA_ROOT is; one that is empty says nothing."""
    (tmp_path / "pipeline.toml").write_text('[run]\nstorage = "file:///srv/data"\n')
    assert "file:///srv/data" == load_settings().data_root
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", "/elsewhere")
    assert "/elsewhere" == load_settings().data_root
    monkeypatch.setenv("VANITY_GAP_DATA_ROOT", "")
    assert "file:///srv/data" == load_settings().data_root
    monkeypatch.delenv("VANITY_GAP_DATA_ROOT")
    (tmp_path / "pipeline.toml").write_text('[run]\nstorage = ""\n')
    assert str(REPOSITORY / "data") == load_settings().data_root
