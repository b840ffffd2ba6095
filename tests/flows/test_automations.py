"""Which events the automations match, asked of Prefect's own rules, and what a webhook hears of a real server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
import yaml
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.automations import EventTrigger as ServerTrigger
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.states import Crashed, Failed, Running, Scheduled

from flows.cli.automations import HEARTBEAT_SECONDS, NOTICES, POOL, replace_automations, zombies
from flows.context import is_fetched
from tests.flows.conftest import REPOSITORY, Server, until
from tests.unit.outbox.listeners import Webhook, listening

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


@pytest.fixture
def hook(prefect_server: None) -> Iterator[Webhook]:  # noqa: ARG001 - must run
    """The webhook that the server's automations call, until the test ends."""
    with listening() as (_, webhook), get_client(sync_client=True) as client:
        replace_automations(f"http://127.0.0.1:{webhook.server_port}/told")
        yield webhook
        for automation in client.read_automations():
            client.delete_automation(automation.id)


def _heard(hook: Webhook) -> list[str]:
    """What was posted, each in its words."""
    return sorted(str(post["summary"]) for post in hook.posts)


@flow
def watched() -> None:
    """A flow of which runs are only said to be in some state."""


def _run(client: SyncPrefectClient, name: str, tags: tuple[str, ...], state: State[Any]) -> UUID:
    """The id of a run that is in this state on the server."""
    return client.create_flow_run(watched, name=name, tags=tags, state=state).id


def test_a_webhook_hears_once_of_runs_that_end_badly_and_of_the_budget(hook: Webhook) -> None:
    """Failed, crashed, and a budget of which four fifths are spent: one post each; another project's run gives none."""
    ends: tuple[tuple[str, tuple[str, ...], State[Any]], ...] = (
        ("f", OURS, Failed(message="it failed")),
        ("c", OURS, Crashed(message="it crashed")),
        ("other", THEIRS, Failed(message="it failed")),
    )
    with get_client(sync_client=True) as client:
        for name, tags, end in ends:
            client.set_flow_run_state(_run(client, name, tags, Running()), end, force=True)
    spent = "80 % of the budget of 2026-07-14 is spent"
    emit_event("budget.reached", {"prefect.resource.id": "vanity-gap.budget.day"}, payload={"summary": spent})
    expected = [spent, "c: it crashed", "f: it failed"]
    until(lambda: len(hook.posts) >= len(expected))
    assert expected == _heard(hook)


def test_a_webhook_hears_of_late_runs_and_of_a_pool_without_workers(server: Server, hook: Webhook) -> None:
    """A run that nobody started for an hour, and a worker that is heard of no more: the server notices both itself."""
    hour_ago = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251 - the server's own clock
    with get_client(sync_client=True) as client:
        if POOL not in {pool.name for pool in client.read_work_pools()}:
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        for name, tags in (("l", OURS), ("other", THEIRS)):
            _run(client, name, tags, Scheduled(scheduled_time=hour_ago))
    beat = {"name": "w", "heartbeat_interval_seconds": 1}
    heartbeat = requests.post(f"{server.url}/work_pools/{POOL}/workers/heartbeat", json=beat, timeout=30)
    heartbeat.raise_for_status()
    until(lambda: any(words.startswith("late") for words in _heard(hook)))
    dead = f"no worker of the pool {POOL} answers: nothing runs until one is started"
    until(lambda: dead in _heard(hook))
    assert {dead} == {words for words in _heard(hook) if not words.startswith("late: l: ")}
