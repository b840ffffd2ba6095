"""The words that X's endpoints accept, remembered from run to run."""

from pathlib import Path

from tasks.sources.x_api.dialect import Vocabulary
from tasks.sources.x_api.page_files import PageFileError
from tasks.store.durable import write_bytes

FILE = "vocabulary.json"


def read_vocabulary(root: Path) -> Vocabulary:
    """What earlier runs learned; nothing before the first one."""
    path = root / FILE
    if not path.exists():
        return Vocabulary()
    try:
        return Vocabulary.from_json(path.read_text(encoding="utf-8"))
    except (ValueError, TypeError, KeyError) as error:
        message = f"{path} does not hold words as this program writes them: remove it, and they are learned anew."
        raise PageFileError(message) from error


def write_vocabulary(root: Path, learned: Vocabulary) -> None:
    """Keep what was learned; nothing is written before there is anything."""
    if learned.spoken or learned.refused:
        write_bytes(root / FILE, learned.to_json().encode())
