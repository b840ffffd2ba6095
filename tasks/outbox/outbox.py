"""What has been told to whom: a message waits here until its address has taken it, and is sent once.

A run notes that it begins to send before it does, and what became of it after.
Killed in between, nobody can know whether the message arrived: it is not sent again, and the next message to the same
address names it, so that nothing is told twice and nothing is lost in silence.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from tasks.outbox.addresses import Address
from tasks.outbox.message import Message
from tasks.store.layout import LEDGER
from tasks.store.lock import hold_lock
from tasks.store.root import DataRoot

Fate = Literal["waiting", "sending", "taken", "named"]
"""Of a message at an address: `named` is one of which it is not known whether it arrived, and that was said."""
KEPT_DAYS = 90
"""How long a message is remembered, sent or not: a quarter, longer than anything is noticed a second time."""
MOST_SINGLE = 3
"""More waiting messages than this go to an address as one."""
_FILE = LEDGER / "outbox.json"
_LOCK = "outbox"

Deliver = Callable[[Address, Sequence[Message], Sequence[str]], bool]
"""Sends messages to an address at once, with the subjects of those that may not have arrived; whether it took them."""


@dataclass
class Entry:
    """A message, and what became of it at each address, by the address's key."""

    message: Message
    fates: dict[str, Fate] = field(default_factory=dict)


def add_messages(root: DataRoot, messages: Sequence[Message], addresses: Sequence[Address]) -> None:
    """Let the messages wait for these addresses; one that is known already stays as it is."""
    if not messages or not addresses:
        return
    with _opened(root) as entries:
        for message in messages:
            waiting: dict[str, Fate] = {address.key: "waiting" for address in addresses}
            entries.setdefault(message.message_id, Entry(message, waiting))
        _write(root, _recent(entries, max(message.made_on for message in messages)))


def is_remembered(root: DataRoot, message_id: str) -> bool:
    """Whether this was told, or waits to be."""
    return root.exists(_FILE) and message_id in json.loads(root.read_bytes(_FILE))


def deliver_waiting(root: DataRoot, addresses: Sequence[Address], deliver: Deliver) -> list[str]:
    """Send what waits for these addresses; a sentence on each address that did not take everything."""
    if not root.exists(_FILE):
        return []
    with _opened(root) as entries:
        problems = [_deliver_to(root, entries, address, deliver) for address in addresses]
    return [problem for problem in problems if problem]


def _deliver_to(root: DataRoot, entries: Mapping[str, Entry], address: Address, deliver: Deliver) -> str:
    # Nobody else sends while this run holds the lock, so whatever is still being sent was left by a killed run.
    lost = [entry for entry in entries.values() if entry.fates.get(address.key) == "sending"]
    waiting = [entry for entry in entries.values() if entry.fates.get(address.key) == "waiting"]
    at_once = [waiting] if len(waiting) > MOST_SINGLE else [[entry] for entry in waiting]
    for batch in at_once:
        _note(root, entries, batch, address, "sending")
        subjects = [entry.message.subject for entry in lost]
        if not deliver(address, [entry.message for entry in batch], subjects):
            _note(root, entries, batch, address, "waiting")
            return f"{address.name} took no message; it is tried again by the next run"
        for entry in lost:
            entry.fates[address.key] = "named"
        lost = []
        _note(root, entries, batch, address, "taken")
    return ""


def forget_messages(root: DataRoot, ids: Collection[str], handle: str) -> None:
    """Remove every message of an account, and every one that still waits and names it."""
    if not root.exists(_FILE):
        return
    with _opened(root) as entries:
        _write(root, {name: kept for name, kept in entries.items() if not _is_of(kept.message, ids, handle)})


def _is_of(message: Message, ids: Collection[str], handle: str) -> bool:
    return message.account_id in ids or f"@{handle}".lower() in f"{message.subject} {message.text}".lower()


def _note(root: DataRoot, entries: Mapping[str, Entry], batch: Sequence[Entry], address: Address, fate: Fate) -> None:
    for entry in batch:
        entry.fates[address.key] = fate
    _write(root, entries)


@contextmanager
def _opened(root: DataRoot) -> Iterator[dict[str, Entry]]:
    with hold_lock(root, _LOCK):
        content = json.loads(root.read_bytes(_FILE)) if root.exists(_FILE) else {}
        yield {name: _entry(name, kept) for name, kept in content.items()}


def _entry(name: str, kept: Mapping[str, Any]) -> Entry:
    made_on = date.fromisoformat(kept["made_on"])
    message = Message(name, made_on, kept["subject"], kept["text"], kept["account_id"])
    return Entry(message, dict(kept["fates"]))


def _write(root: DataRoot, entries: Mapping[str, Entry]) -> None:
    """Write the outbox; of what everybody has taken only the id stays, by which it is not told again."""
    content = {
        name: asdict(entry.message) | _read_words(entry) | {"fates": entry.fates} for name, entry in entries.items()
    }
    root.replace(_FILE, json.dumps(content, indent=1, default=str).encode())


def _read_words(entry: Entry) -> dict[str, str]:
    is_over = set(entry.fates.values()) <= {"taken", "named"}
    return {"subject": "", "text": ""} if is_over else {}


def _recent(entries: Mapping[str, Entry], today: date) -> dict[str, Entry]:
    since = today - timedelta(days=KEPT_DAYS)
    return {name: entry for name, entry in entries.items() if entry.message.made_on >= since}
