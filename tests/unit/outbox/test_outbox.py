"""Messages reach a mail server and a webhook once each, whatever fails or is killed on the way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from tasks.outbox.addresses import Address, AddressError, fill_addresses
from tasks.outbox.delivery import Parcel, refuse_unusable, send
from tasks.outbox.message import Message
from tasks.outbox.outbox import add_messages, deliver_waiting, forget_messages, is_remembered
from tasks.store.root import DataRoot
from tests.unit.outbox.listeners import MailServer, Webhook, listening

REPOSITORY = Path(__file__).parents[3]
DAY = date(2026, 7, 16)
JUMP = Message("divergence/1/jump/opened", DAY, "@frank_b: something happened", "17,000 came; *all* < 1 day old.", "1")
DIGEST = Message("digest/2026-07-13", DAY, "How the accounts stand", "In none of 3 accounts ...")
Ears = tuple[MailServer, Webhook]


@pytest.fixture
def ears() -> Iterator[Ears]:
    """A mail server and a webhook."""
    with listening() as both:
        yield both


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(str(tmp_path))


def addresses(ears: Ears) -> list[Address]:
    """The addresses of both."""
    return fill_addresses([ear.url for ear in ears], lambda _name: None)


def deliver(address: Address, batch: Sequence[Message], lost: Sequence[str]) -> bool:
    """Send at once, without waiting between attempts."""
    texts = [message.text for message in batch] + [f"lost: {each}" for each in lost]
    return send(address, Parcel(batch[0].subject, "\n".join(texts)), wait_seconds=0)


def heard(ears: Ears) -> tuple[list[str], list[str]]:
    """The subjects that each has taken."""
    mail, hook = ears
    return [str(each["subject"]) for each in mail.mails], [each["title"] for each in hook.posts]


def test_each_address_takes_each_message_once(ears: Ears, root: DataRoot) -> None:
    """Added and delivered twice, mail and webhook hold one of each, with the text."""
    for _ in range(2):
        add_messages(root, [JUMP, DIGEST], addresses(ears))
        assert [] == deliver_waiting(root, addresses(ears), deliver)
    subjects = [JUMP.subject, DIGEST.subject]
    assert (subjects, subjects) == heard(ears)
    body = ears[0].mails[0].get_body()
    assert body is not None
    assert "17,000 came; *all* &lt; 1 day old." in body.get_content()
    assert JUMP.text == ears[1].posts[0]["message"]


def test_a_first_delivery_that_fails_is_repeated_at_once(ears: Ears, root: DataRoot) -> None:
    """Two refusals are within the three attempts of a run."""
    for ear in ears:
        ear.refusals = 2
    add_messages(root, [JUMP], addresses(ears))
    assert [] == deliver_waiting(root, addresses(ears), deliver)
    assert ([JUMP.subject], [JUMP.subject]) == heard(ears)


def test_what_one_address_does_not_take_waits_for_it_alone(ears: Ears, root: DataRoot) -> None:
    """The webhook is down for a whole run: the mail is not sent again by the next one."""
    ears[1].refusals = 3
    add_messages(root, [JUMP], addresses(ears))
    (problem,) = deliver_waiting(root, addresses(ears), deliver)
    assert "tried again by the next run" in problem
    assert ([JUMP.subject], []) == heard(ears)
    assert [] == deliver_waiting(root, addresses(ears), deliver)
    assert ([JUMP.subject], [JUMP.subject]) == heard(ears)


KILLED = """
import os, signal, sys
from tasks.outbox.addresses import fill_addresses
from tasks.outbox.delivery import Parcel, send
from tasks.outbox.outbox import deliver_waiting
from tasks.store.root import DataRoot

root, url, moment = sys.argv[1:]

def deliver(address, batch, lost):
    if moment == "after":
        send(address, Parcel(batch[0].subject, batch[0].text))
    os.kill(os.getpid(), signal.SIGKILL)

deliver_waiting(DataRoot(root), fill_addresses([url], lambda name: None), deliver)
"""


@pytest.mark.parametrize(("moment", "expected"), [("after", [JUMP.subject]), ("before", [])])
def test_a_run_killed_while_it_sends_tells_nothing_twice_and_loses_nothing(
    ears: Ears, root: DataRoot, moment: str, expected: list[str]
) -> None:
    """Killed with -9 between sending and noting, or just before sending: the next message names what may be lost."""
    for ear in ears:
        (address,) = fill_addresses([ear.url], lambda _name: None)
        add_messages(root, [Message(f"{JUMP.message_id}{ear.url}", DAY, JUMP.subject, JUMP.text)], [address])
        words = [sys.executable, "-c", KILLED, root.uri, ear.url, moment]
        done = subprocess.run(words, cwd=REPOSITORY, check=False, env=os.environ)  # noqa: S603 - our own words
        assert -signal.SIGKILL == done.returncode
    assert [] == deliver_waiting(root, addresses(ears), deliver)
    assert (expected, expected) == heard(ears)
    add_messages(root, [DIGEST], addresses(ears))
    assert [] == deliver_waiting(root, addresses(ears), deliver)
    assert ([*expected, DIGEST.subject], [*expected, DIGEST.subject]) == heard(ears)
    assert f"lost: {JUMP.subject}" in ears[1].posts[-1]["message"]


def test_many_waiting_messages_go_as_one(ears: Ears, root: DataRoot) -> None:
    """Forty accounts jump on one day: nobody gets forty mails, and every one of them is in the one."""
    jumps = [Message(f"divergence/{number}", DAY, f"@a{number}", f"text {number}.") for number in range(40)]
    add_messages(root, jumps, addresses(ears))
    assert [] == deliver_waiting(root, addresses(ears), deliver)
    (post,) = ears[1].posts
    assert all(jump.text in post["message"] for jump in jumps)


def test_an_address_that_is_new_is_told_nothing_old(ears: Ears, root: DataRoot) -> None:
    """What was told before an address was configured is not told to it."""
    mail, hook = addresses(ears)
    add_messages(root, [JUMP], [mail])
    assert [] == deliver_waiting(root, [mail, hook], deliver)
    assert ([JUMP.subject], []) == heard(ears)


def test_the_ledger_holds_no_secret_and_no_word_that_was_told(ears: Ears, root: DataRoot, tmp_path: Path) -> None:
    """A changed password is the same address; who was told leaves an id behind, by which it is not told again."""
    url = f"json://ann:${{PASSWORD}}@127.0.0.1:{ears[1].server_port}/"
    for password in ("first/secret", "second@secret"):
        filled = fill_addresses([url], {"PASSWORD": password}.get)
        add_messages(root, [JUMP], filled)
        assert [] == deliver_waiting(root, filled, deliver)
        assert "secret" not in repr(filled)
    assert 1 == len(ears[1].posts)
    kept = (tmp_path / "ledger" / "outbox.json").read_text(encoding="utf-8")
    assert "secret" not in kept
    assert "17,000" not in kept
    assert is_remembered(root, JUMP.message_id)


def test_a_purged_account_leaves_no_message(root: DataRoot, tmp_path: Path) -> None:
    """By its id, and by its name in the text of what still waits."""
    waiting = fill_addresses(["json://127.0.0.1:9/"], lambda _name: None)
    digest = Message("digest/2026-07-13", DAY, "How the accounts stand", "@Frank: 18,600 follow.")
    add_messages(root, [JUMP, digest, Message("budget/x", DAY, "80 %", "spent")], waiting)
    forget_messages(root, ["1"], "frank")
    assert ["budget/x"] == list(json.loads((tmp_path / "ledger" / "outbox.json").read_bytes()))


@pytest.mark.parametrize(
    ("said", "url"),
    [("no address that apprise knows", "carrier-pigeon://roof"), ("a secret is not set", "${NOBODY_SET_THIS}")],
)
def test_an_address_that_cannot_be_used_is_one_sentence(said: str, url: str) -> None:
    """A misspelled service, and a secret that is missing."""
    (address,) = fill_addresses([url], lambda _name: None)
    with pytest.raises(AddressError, match=said):
        refuse_unusable(address)
    assert not send(address, Parcel("subject", "text"), wait_seconds=0)
