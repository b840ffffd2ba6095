"""The automations of a Prefect server that runs this pipeline: `vanity-gap automations --help`.

Each is bound to runs with the tag `vanity-gap`, which all deployments of prefect.yaml have: another project's runs on
the same server are never touched.
One ends runs whose process is gone, so that none stays Running for ever and no pool is blocked.
The others tell a webhook, where one is given, of what a run cannot say of itself, and of divergences.
Running the command again updates each by its name, and leaves those switched off that somebody switched off.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.settings import PREFECT_API_URL
from prefect.types import SecretDict
from pydantic import SecretStr, TypeAdapter

from config.refusal import RefusedError

HEARTBEAT_SECONDS = 30
"""As prefect.yaml sets PREFECT_FLOWS_HEARTBEAT_FREQUENCY: the least that Prefect allows."""
MISSED_HEARTBEATS = 4
"""One may be lost and one late on a busy machine before a run is taken for dead."""
POOL = "vanity-gap"
QUIET_HOURS = 26
"""A daily run and its retries end within two hours of their time."""
PREFIX = "vanity-gap:"
ENDED = "Its process is gone; run it again."
WEBHOOK_BLOCK = "vanity-gap-divergences"
OF_THIS_PROJECT = ResourceSpecification(
    {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.vanity-gap"}
)
OF_DAILY = ResourceSpecification(
    {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.vanity-gap-daily"}
)
RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
FACTS = (
    '{% if event.payload.verdict %}"account": "{{ event.resource["vanity-gap.handle"] }}",'
    ' "verdict": "{{ event.payload.verdict }}", {% endif %}'
)
"""What stands in a divergence's post beside its sentence, which is also `text`, as Slack and Mattermost show a post."""


def zombies() -> Automation:
    """Crash a run of this project that has not been heard of for four heartbeats.

    A run that is merely slow may be hit and still write: the store's lock and atomic writes keep its files whole.
    """
    return Automation(
        name=f"{PREFIX} end runs whose process is gone",
        description="A killed worker cannot say that its run has ended; after four missed heartbeats this does.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match=RUNS,
            match_related=OF_THIS_PROJECT,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=HEARTBEAT_SECONDS * MISSED_HEARTBEATS),
        ),
        actions=[ChangeFlowRunState(name=None, state=StateType.CRASHED, force=False, message=ENDED)],
    )


@dataclass(frozen=True)
class Notice:
    """What the webhook is told when one of the events happens, as an expression of Jinja over the event.

    With `quiet_hours` it is told when, after one of them, none has come for so long.
    """

    name: str
    expect: AbstractSet[str]
    match: ResourceSpecification
    summary: str
    related: ResourceSpecification = field(default_factory=lambda: ResourceSpecification({}))
    quiet_hours: int = 0

    def automation(self, block_id: str) -> Automation:
        """The same for the server; the block is the webhook."""
        words = f"{{{{ ({self.summary}) | tojson }}}}"
        payload = f'{{"event": "{{{{ event.event }}}}", {FACTS}"summary": {words}, "text": {words}}}'
        trigger = EventTrigger(
            after=set(self.expect) if self.quiet_hours else set(),
            expect=set(self.expect),
            match=self.match,
            match_related=self.related,
            posture=Posture.Proactive if self.quiet_hours else Posture.Reactive,
            threshold=1,
            within=timedelta(hours=self.quiet_hours),
        )
        call: Any = {"type": "call-webhook", "block_document_id": block_id, "payload": payload}
        return Automation(name=f"{PREFIX} {self.name}", trigger=trigger, actions=[CallWebhook(**call)])


RUN_MESSAGE = "event.resource['prefect.resource.name'] ~ ': ' ~ event.resource['prefect.state-message']"
NOTICES = (
    Notice(
        "post new divergences",
        {f"divergence.{state}" for state in ("opened", "changed", "closed")},
        ResourceSpecification({"prefect.resource.id": "vanity-gap.divergence.*", "vanity-gap.when": "now"}),
        "event.payload.summary",
    ),
    Notice(
        "a run failed, was refused or crashed",
        {f"prefect.flow-run.{state}" for state in ("Failed", "Crashed")},
        RUNS,
        RUN_MESSAGE,
        OF_THIS_PROJECT,
    ),
    Notice("a run is late", {"prefect.flow-run.Late"}, RUNS, f"'late: ' ~ {RUN_MESSAGE}", OF_THIS_PROJECT),
    Notice(
        "no worker is alive",
        {"prefect.work-pool.not-ready"},
        ResourceSpecification({"prefect.resource.id": "prefect.work-pool.*", "prefect.resource.name": POOL}),
        f"'no worker of the pool {POOL} answers: nothing runs until one is started'",
    ),
    Notice(
        "a budget is nearly spent",
        {"budget.reached"},
        ResourceSpecification({"prefect.resource.id": "vanity-gap.budget.*"}),
        "event.payload.summary",
    ),
    Notice(
        f"no day was read for {QUIET_HOURS} hours",
        {"prefect.flow-run.Completed"},
        RUNS,
        f"'no daily run has completed for {QUIET_HOURS} hours; a count that is not read on its day is lost'",
        OF_DAILY,
        QUIET_HOURS,
    ),
)


def replace_automations(webhook: str | None) -> str:
    """Put the automations on the server, in the place of earlier ones; a sentence of what was done."""
    if not PREFECT_API_URL.value():
        message = "no Prefect server is named: set PREFECT_API_URL, in the environment or in a profile"
        raise RefusedError(message)
    with get_client(sync_client=True) as client:
        _put(client, zombies())
        if webhook is None:
            return "runs without a process will be ended; no webhook was given, so the server tells nobody"
        block_id = _webhook_block(webhook)
        for notice in NOTICES:
            _put(client, notice.automation(block_id))
    return (
        "runs without a process will be ended, and new divergences are posted to the webhook, beside failed and late "
        "runs, a worker that is gone, a spent budget and days that were not read"
    )


def _put(client: SyncPrefectClient, automation: Automation) -> None:
    """Update the automation of that name, or make it; one that somebody switched off stays off."""
    earlier = client.read_automations_by_name(automation.name)
    for spare in earlier[1:]:
        client.delete_automation(spare.id)
    enabled = earlier[0].enabled if earlier else True
    core = AutomationCore.model_validate(automation.model_dump(exclude={"id", "owner_resource"}) | {"enabled": enabled})
    if earlier:
        client.update_automation(earlier[0].id, core)
    else:
        client.create_automation(core)


def _webhook_block(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        message = "the webhook must be a URL that begins with http:// or https://"
        raise RefusedError(message)
    headers = TypeAdapter(SecretDict).validate_python({"content-type": "application/json"})
    block = Webhook(method="POST", url=SecretStr(url), headers=headers)
    return str(block.save(WEBHOOK_BLOCK, overwrite=True))
