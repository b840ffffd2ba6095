"""Messages on their way, through apprise: mail, Slack, Discord, Teams, ntfy, webhooks and a hundred others."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_exponential

from tasks.outbox.addresses import Address, AddressError

ATTEMPTS = 3
"""How often a message is tried in one run; what nobody took then waits for the next run."""
WAIT_SECONDS = 2.0


@dataclass(frozen=True)
class Parcel:
    """What is sent at once: a subject, a text, and pictures as PNG by name."""

    subject: str
    text: str
    pictures: Sequence[tuple[str, bytes]] = ()


def refuse_unusable(address: Address) -> None:
    """Raise `AddressError` when a secret is missing, or the URL is none that apprise knows; nothing is sent."""
    if not address.url:
        message = f"[notify] urls: {address.name}: a secret is not set; set it in the environment or in .env"
        raise AddressError(message)
    from apprise import Apprise  # noqa: PLC0415 - slow to load, and most runs tell nobody

    if not Apprise().add(address.url):
        message = (
            f"[notify] urls: {address.name} is no address that apprise knows; https://appriseit.com/services lists them"
        )
        raise AddressError(message)


def send(address: Address, parcel: Parcel, wait_seconds: float = WAIT_SECONDS) -> bool:
    """Whether the address has taken the parcel, after three attempts at most."""
    if not address.url:
        return False
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=wait_seconds),
        retry=retry_if_result(lambda is_taken: not is_taken),
        retry_error_callback=lambda _state: False,
    )
    return bool(attempts(_send_once, address, parcel))


def _send_once(address: Address, parcel: Parcel) -> bool:
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - as above
    from apprise.attachment.memory import AttachMemory  # noqa: PLC0415 - as above

    # In order and in this thread: an answer belongs to the message that was sent.
    sender = Apprise(asset=AppriseAsset(app_id="Vanity Gap", async_mode=False))
    if not sender.add(address.url):
        return False
    attach: Any = AttachMemory
    pictures = [attach(content=png, name=name, mimetype="image/png") for name, png in parcel.pictures]
    return bool(sender.notify(_paragraphs(parcel.text), parcel.subject, body_format="html", attach=pictures or None))


def _paragraphs(text: str) -> str:
    r"""The text as HTML, which apprise turns into what each service shows; from plain text it makes unbroken lines.

    >>> _paragraphs("1 < 2\n\nso\nit is")
    '<p>1 &lt; 2</p><p>so<br/>it is</p>'
    """
    parts = html.escape(text, quote=False).split("\n\n")
    return "".join(f"<p>{part}</p>" for part in parts).replace("\n", "<br/>")
