"""A message that a person reads."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Message:
    """One thing to tell a person; two messages of one `message_id` are the same thing, told once.

    `subject` is one line, `text` whole sentences; `account_id` names whose picture goes with it, empty for none.
    """

    message_id: str
    made_on: date
    subject: str
    text: str
    account_id: str = ""
