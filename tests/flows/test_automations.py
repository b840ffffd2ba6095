"""Which events the automations match: those of this project's runs, and nobody else's; asked of Prefect's own rules."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.automations import EventTrigger as ServerTrigger
from prefect.server.events.schemas.events import ReceivedEvent

from flows.cli.automations import HEARTBEAT_SECONDS, NOTICES, POOL, replace_automations, zombies
from flows.context import is_fetched
from tests.flows.conftest import REPOSITORY

DEPLOYMENTS = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
OURS, THEIRS = ("vanity-gap", "vanity-gap-daily"), ("other-project",)


def event(name: str, kind: str, tags: tuple[str, ...] = (), label: str = "") -> ReceivedEvent:
    """An event as the server receives it, of a resource with these tags."""
    resource = {"prefect.resource.id": f"{kind}.{uuid4()}", "prefect.resource.name": label}
    related = [{"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"} for tag in tags]
    given: Any = {"event": name, "resource": resource, "related": related}
    return ReceivedEvent(id=uuid4(), occurred=datetime.now(UTC), received=datetime.now(UTC), **given)  # noqa: TID251 - no day is tested


def server_trigger(trigger: object) -> ServerTrigger:
    """The trigger as the server evaluates it."""
    assert isinstance(trigger, EventTrigger)
    return ServerTrigger.model_validate(trigger.model_dump(mode="json"))


def test_only_runs_of_this_project_are_ended_when_they_fall_silent() -> None:
    """A heartbeat of another team's run, which may come every 180 s, starts no clock."""
    trigger = server_trigger(zombies().trigger)
    assert trigger.covers(event("prefect.flow-run.heartbeat", "prefect.flow-run", OURS))
    assert not trigger.covers(event("prefect.flow-run.heartbeat", "prefect.flow-run", THEIRS))


def test_the_clock_is_longer_than_the_heartbeat_that_deployments_have() -> None:
    """Three heartbeats may be lost or late before a run is taken for dead."""
    trigger = server_trigger(zombies().trigger)
    for deployment in DEPLOYMENTS:
        pool = deployment["work_pool"]
        assert POOL == pool["name"]
        beat = int(pool["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
        assert HEARTBEAT_SECONDS == beat
        assert trigger.within.total_seconds() > 3 * beat
        assert "vanity-gap" in deployment["tags"]


@pytest.mark.parametrize(
    ("name", "kind", "label", "number"),
    [
        ("prefect.flow-run.Failed", "prefect.flow-run", "", 1),
        ("prefect.flow-run.Crashed", "prefect.flow-run", "", 1),
        ("prefect.flow-run.Late", "prefect.flow-run", "", 1),
        ("prefect.flow-run.Completed", "prefect.flow-run", "", 1),
        ("prefect.flow-run.Running", "prefect.flow-run", "", 0),
        ("prefect.work-pool.not-ready", "prefect.work-pool", POOL, 1),
        ("prefect.work-pool.not-ready", "prefect.work-pool", "local", 0),
        ("budget.reached", "vanity-gap.budget", "", 1),
    ],
)
def test_the_webhook_is_told_once_of_what_an_operator_has_to_look_into(
    name: str, kind: str, label: str, number: int
) -> None:
    """Each event matches one automation when it is ours, and none when it is another project's run."""
    triggers = [server_trigger(notice.automation(str(uuid4())).trigger) for notice in NOTICES]

    def matched(tags: tuple[str, ...]) -> int:
        said = event(name, kind, tags, label)
        return sum(trigger.covers(said) and trigger.expects(said.event) for trigger in triggers)

    assert number == matched(OURS)
    if kind == "prefect.flow-run":
        assert 0 == matched(THEIRS)


def test_a_checkout_made_for_one_run_is_no_place_for_data() -> None:
    """The deployments of prefect.yaml work where the checkout lies; git_clone and a bucket bring it anew."""
    assert not is_fetched(None)
    assert not is_fetched([{"prefect.deployments.steps.set_working_directory": {"directory": "/srv/gap"}}])
    assert is_fetched([{"prefect.deployments.steps.git_clone": {"repository": "https://example.org/gap.git"}}])
    assert is_fetched([{"prefect_aws.deployments.steps.pull_from_s3": {"bucket": "b"}}])


@pytest.mark.usefixtures("prefect_server")
def test_automations_are_put_once_and_those_switched_off_stay_off() -> None:
    """Put on a server twice, there is one of each name; somebody's choice in between is kept."""
    with get_client(sync_client=True) as client:
        replace_automations("http://127.0.0.1:9/told")
        first = {each.name: each.id for each in client.read_automations()}
        assert 1 + len(NOTICES) == len(first)
        late = next(name for name in first if name.endswith("a run is late"))
        client.pause_automation(first[late])
        replace_automations("http://127.0.0.1:9/told")
        assert first == {each.name: each.id for each in client.read_automations()}
        assert [late] == [each.name for each in client.read_automations() if not each.enabled]
        for automation in first.values():
            client.delete_automation(automation)
