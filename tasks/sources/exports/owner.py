"""Whose files these are, as far as the files say."""

from collections.abc import Sequence
from pathlib import Path

from tasks.sources.exports.archive_zip import open_archive, read_manifest
from tasks.sources.exports.content import content_handle, handle_in_name
from tasks.sources.exports.export import ExportRefusedError, read_file
from tasks.sources.exports.files import ExportKind, file_kinds

ASK_FOR_HANDLE = "no file says whose it is; give --handle NAME, the account's @name without the @"


def stated_handle(files: Sequence[Path]) -> str:
    """The @name that the files name: in the archive's manifest, in links to posts, or in the name of an old export.

    Raises `ExportRefusedError` where none of them names one, or they name several.
    """
    found = {handle.lower(): handle for kind, path in file_kinds(files) if (handle := _handle(kind, path))}
    if not found:
        raise ExportRefusedError(ASK_FOR_HANDLE)
    if len(found) > 1:
        message = f"the files are of {' and '.join(sorted(found.values()))}; import each account's by themselves"
        raise ExportRefusedError(message)
    return next(iter(found.values()))


def _handle(kind: ExportKind, path: Path) -> str | None:
    if kind == "archive":
        with open_archive(path) as archive:
            return read_manifest(archive, path.name).handle
    return content_handle(read_file(path), path.name) if kind == "content" else handle_in_name(path.name)
