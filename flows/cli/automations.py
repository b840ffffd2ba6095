"""The automations of a Prefect server that runs this pipeline: `vanity-gap automations --help`.

One ends runs whose process is gone, so that none stays Running for ever and no pool is blocked.
One posts every new divergence to a webhook, where one is given.
Running the command again replaces both.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.types import SecretDict
from pydantic import SecretStr, TypeAdapter

from config.refusal import RefusedError

HEARTBEAT_SECONDS = 30
"""As prefect.yaml sets PREFECT_FLOWS_HEARTBEAT_FREQUENCY: the least that Prefect allows."""
MISSED_HEARTBEATS = 3
ZOMBIES = "vanity-gap: end runs whose process is gone"
NOTICES = "vanity-gap: post new divergences to the webhook"
ENDED = "Its process is gone; run it again."
WEBHOOK_BLOCK = "vanity-gap-divergences"
POSTED = (
    '{"event": "{{ event.event }}", "account": "{{ event.resource["vanity-gap.handle"] }}",'
    ' "verdict": "{{ event.payload.verdict }}", "summary": {{ event.payload.summary | tojson }}}'
)


def zombies() -> Automation:
    """Crash a run that has not been heard of for three heartbeats.

    A run that is merely slow may be hit and still write: the store's lock and atomic writes keep its files whole.
    """
    return Automation(
        name=ZOMBIES,
        description="A killed worker cannot say that its run has ended; after three missed heartbeats this does.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=HEARTBEAT_SECONDS * MISSED_HEARTBEATS),
        ),
        actions=[ChangeFlowRunState(name=None, state=StateType.CRASHED, force=False, message=ENDED)],
    )


def notices(block_id: str) -> Automation:
    """Post each divergence of the present; those found in the past by an import or a backfill are left out."""
    return Automation(
        name=NOTICES,
        description="Each divergence is told once when it opens, when its verdict changes, and when it closes.",
        trigger=EventTrigger(
            expect={"divergence.opened", "divergence.changed", "divergence.closed"},
            match=ResourceSpecification({"prefect.resource.id": "vanity-gap.divergence.*", "vanity-gap.when": "now"}),
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[CallWebhook(block_document_id=block_id, payload=POSTED)],  # type: ignore[arg-type]  # text becomes a UUID
    )


def replace_automations(webhook: str | None) -> str:
    """Put the automations on the server, in the place of earlier ones; a sentence of what was done."""
    _replace(zombies())
    if webhook is None:
        return "runs without a process will be ended; no webhook was given, so nobody is notified"
    _replace(notices(_webhook_block(webhook)))
    return "runs without a process will be ended, and new divergences are posted to the webhook"


def _replace(automation: Automation) -> None:
    with get_client(sync_client=True) as client:
        for earlier in client.read_automations_by_name(automation.name):
            client.delete_automation(earlier.id)
    automation.create()


def _webhook_block(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        message = "the webhook must be a URL that begins with http:// or https://"
        raise RefusedError(message)
    headers = TypeAdapter(SecretDict).validate_python({"content-type": "application/json"})
    block = Webhook(method="POST", url=SecretStr(url), headers=headers)
    return str(block.save(WEBHOOK_BLOCK, overwrite=True))
