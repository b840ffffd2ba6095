"""The image, the composition and the unit are read by their own programs, and name what is there."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_installs_the_lock_on_the_python_of_the_project() -> None:
    """The lock is complete and hashed, so nothing is resolved while the image is built."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"FROM python:{project['requires-python'].removeprefix('>=')}-slim" in IMAGE
    assert "--no-deps --require-hashes -r requirements.lock" in IMAGE
    copied = [name for name in re.findall(r"^COPY (\S+) ", IMAGE, re.MULTILINE) if name != "."]
    assert all((REPOSITORY / name).exists() for name in copied)


def test_no_secret_and_no_data_reach_the_image() -> None:
    """What stays out is said beside the Dockerfile."""
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".git", "data/*"} <= set(ignored)


@pytest.mark.parametrize("variant", ["prefect-git.yaml", "prefect-docker.yaml"])
def test_the_variants_deploy_the_same_on_other_machines(variant: str) -> None:
    """But for where the code comes from and what its process is given, they are prefect.yaml; the heartbeat stays."""
    usual, other = (_deployments(path) for path in (REPOSITORY / "prefect.yaml", DEPLOY / variant))
    assert usual == other


def _deployments(file: Path) -> list[dict[str, Any]]:
    """What the file deploys, of job variables the environment of `prefect.yaml` alone."""
    known = ("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "PREFECT_LOGGING_EXTRA_LOGGERS")
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    environments = [entry["work_pool"]["job_variables"]["env"] for entry in entries]
    named = [{name: environment[name] for name in known} for environment in environments]
    pools = [entry["work_pool"]["name"] for entry in entries]
    return [entry | {"work_pool": pair} for entry, pair in zip(entries, zip(pools, named, strict=True), strict=True)]


def test_a_container_is_given_what_prefect_s_docker_worker_knows() -> None:
    """Each job variable is one of the worker's own template, and the data lies on the volume of the composition."""
    prefect = Path(str(getattr(find_spec("prefect"), "origin", ""))).parent
    views = prefect / "server" / "api" / "collections_data" / "views" / "aggregate-worker-metadata.json"
    worker = json.loads(views.read_text(encoding="utf-8"))["prefect-docker"]["docker"]
    known = worker["default_base_job_configuration"]["variables"]["properties"]
    text = (DEPLOY / "prefect-docker.yaml").read_text(encoding="utf-8")
    for deployment in yaml.safe_load(text)["deployments"]:
        given = deployment["work_pool"]["job_variables"]
        assert set(given) <= set(known)
        assert given["image_pull_policy"] in known["image_pull_policy"]["enum"]
        assert given["image"] == COMPOSE["x-image"]["image"]
        volume, place = given["volumes"][0].split(":")
        assert f"{COMPOSE['name']}_data" == volume
        assert f"data:{place}" in COMPOSE["services"]["worker"]["volumes"]


def test_every_service_is_watched_and_reached_from_this_machine_alone() -> None:
    """Each has a health check and comes back; the one open port is bound to loopback; both volumes outlive it."""
    services = COMPOSE["services"]
    assert {"database", "server", "worker"} == set(services)
    for name, service in services.items():
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert "unless-stopped" == service["restart"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert {"database", "data"} == set(COMPOSE["volumes"])
    assert "service_healthy" == services["worker"]["depends_on"]["server"]["condition"]


@pytest.mark.parametrize(
    "words",
    [
        ("hadolint", str(DEPLOY / "Dockerfile")),
        ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")),
    ],
    ids=["hadolint", "compose-spec"],
)
def test_linters_find_nothing(words: tuple[str, ...]) -> None:
    """Every rule of hadolint holds in the Dockerfile, and the composition fits the specification of Compose."""
    program = Path(sys.executable).parent / words[0]
    done = subprocess.run([program, *words[1:]], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("docker") is None, reason="docker is not installed")
def test_compose_reads_the_composition() -> None:
    """Compose resolves it without a daemon, and refuses it where a password is missing."""
    words = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    if subprocess.run([*words[:2], "version"], capture_output=True, check=False).returncode:  # noqa: S603 - our own words
        pytest.skip("docker has no compose here")
    secrets = {"POSTGRES_PASSWORD": "secret", "PREFECT_AUTH": "ann:secret", "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(words, env=secrets, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert 0 == done.returncode, done.stderr
    del secrets["POSTGRES_PASSWORD"]
    done = subprocess.run(words, env=secrets, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert "set it in deploy/.env" in done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    """Its own checker finds nothing to complain of, once the program is one that this machine has."""
    text = (DEPLOY / "vanity-gap.service").read_text(encoding="utf-8")
    unit = tmp_path / "vanity-gap.service"
    unit.write_text(text.replace("/srv/vanity-gap/.venv/bin/vanity-gap", "/bin/true"), encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "vanity-gap" in line]
    assert [] == complaints
