"""Where the data lies: a local folder or an object store, named by one URI."""

import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pyarrow import fs

from tasks.store import layout
from tasks.store.durable import PRIVATE, at_once, make_folders, open_replacement, write_bytes
from tasks.store.location import parse_storage_uri
from tasks.store.object_store import Entry, ObjectFileSystem, ObjectStore, open_object_store


@dataclass(frozen=True)
class DataRoot:
    """A folder that holds raw, staged and report files: `file:///...`, a plain path, or `s3://bucket/folder`.

    Paths below it are relative, with forward slashes, whatever the storage.
    `tasks/store/location.py` says what else an `s3://` URI may hold; credentials come from the environment alone.
    On a disk all files are their owner's alone, but for reports, which have the mode that was chosen.
    """

    uri: str
    reports_mode: int = PRIVATE

    @property
    def local(self) -> Path | None:
        """The folder on this machine; None when the data lies in an object store."""
        location = parse_storage_uri(self.uri)
        return location if isinstance(location, Path) else None

    @property
    def object_store(self) -> ObjectStore:
        """The object store's folder; only where `local` is None."""
        location = parse_storage_uri(self.uri)
        assert not isinstance(location, Path)  # noqa: S101 - asked for an object store alone
        return open_object_store(location)

    @property
    def name(self) -> str:
        """The root as people and other tools name it."""
        location = parse_storage_uri(self.uri)
        return str(location.absolute() if isinstance(location, Path) else location)

    @property
    def filesystem(self) -> Any:  # noqa: ANN401 - pyarrow ships no types
        """The pyarrow file system rooted at this folder, for reading."""
        if self.local is not None:
            return fs.SubTreeFileSystem(str(self.local.absolute()), fs.LocalFileSystem())
        return fs.PyFileSystem(ObjectFileSystem(self.object_store))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Around what a run does: an object store is asked what it holds with each lock that is taken, and not between.

        Of other processes, those that measure for this one write shards meanwhile; what is staged makes the days stale.
        Pages of X are many and read once, so they are asked for each time.
        """
        if self.local is not None:
            yield
            return
        with self.object_store.snapshot((layout.LOCKS, layout.SHARDS, layout.RAW)):
            yield

    def entries(self, folder: PurePosixPath, ending: str = ".parquet") -> list[Entry]:
        """Every file below the folder with that ending, by path; temporary files are not among them."""
        found = self._local_entries(folder) if self.local is not None else self.object_store.entries(folder)
        return [file for file in found if file.path.endswith(ending) and PurePosixPath(file.path).name[0] != "."]

    def _local_entries(self, folder: PurePosixPath) -> list[Entry]:
        selector = fs.FileSelector(str(folder), recursive=True, allow_not_found=True)
        found = (info for info in self.filesystem.get_file_info(selector) if info.type == fs.FileType.File)
        entries = (Entry(info.path, info.size, info.mtime_ns, info.mtime) for info in found)
        return sorted(entries, key=lambda file: file.path)

    def files(self, folder: PurePosixPath, ending: str = ".parquet") -> list[str]:
        """The paths of `entries`."""
        return [file.path for file in self.entries(folder, ending)]

    def every_file(self, folder: PurePosixPath) -> list[str]:
        """The paths of all files below the folder, those whose names begin with a dot among them."""
        found = self._local_entries(folder) if self.local is not None else self.object_store.entries(folder)
        return [file.path for file in found]

    def folders(self, folder: PurePosixPath) -> list[str]:
        """The names of the folders that lie directly in this one, in order."""
        if self.local is None:
            return self.object_store.folders(folder)
        place = self.local / folder
        return sorted(entry.name for entry in os.scandir(place) if entry.is_dir()) if place.is_dir() else []

    def exists(self, path: PurePosixPath) -> bool:
        """Whether there is a file of that path."""
        return (self.local / path).is_file() if self.local is not None else self.object_store.tag(path) is not None

    def read_bytes(self, path: PurePosixPath) -> bytes:
        """The whole file; FileNotFoundError when there is none."""
        return (
            (self.local / path).read_bytes() if self.local is not None else bytes(self.object_store.read(path).content)
        )

    def sha256(self, path: PurePosixPath) -> str:
        """The hexadecimal SHA-256 of the file, of which a piece is held at once."""
        digest = hashlib.sha256()
        with self.filesystem.open_input_file(str(path)) as file:
            while content := file.read(2**20):
                digest.update(content)
        return digest.hexdigest()

    def replace(self, path: PurePosixPath, content: bytes | memoryview) -> None:
        """Put the whole content at the path in one move: a rename on a disk, a single upload on an object store."""
        if self.local is not None:
            write_bytes(self.local / path, content, self._mode(path))
        else:
            self.object_store.put(path, content)

    @contextmanager
    def writing(self, path: PurePosixPath) -> Iterator[IO[bytes]]:
        """A file to write piece by piece, put at the path in one move when the block ends without an exception."""
        if self.local is not None:
            with open_replacement(self.local / path, self._mode(path)) as temporary, temporary.open("wb") as file:
                yield file
        else:
            content = io.BytesIO()
            yield content
            self.object_store.put(path, content.getbuffer())

    def _mode(self, path: PurePosixPath) -> int:
        """Who may read the file: reports are for whom the user chose, who then may pass the root, and see no name."""
        if path.parts[0] != "reports" or self.local is None:
            return PRIVATE
        passing = (self.reports_mode & 0o044) >> 2
        if passing:
            make_folders(self.local)
            now = self.local.stat().st_mode
            if now & passing != passing:
                self.local.chmod(now | passing)
        return self.reports_mode

    def close(self) -> int:
        """Take from others what they may do with files and folders that are the owner's alone; how many there were."""
        held = sorted(self.local.iterdir()) if self.local is not None and self.local.is_dir() else []
        private = (path for path in held if path.name not in {"reports", "README.md"})
        opened = [one for path in private for one in (path, *path.rglob("*")) if one.stat().st_mode & 0o077]
        for path in opened:
            path.chmod(path.stat().st_mode & ~0o077)
        return len(opened)

    def remove(self, path: PurePosixPath) -> None:
        """Delete the file; nothing happens when there is none."""
        if self.local is not None:
            (self.local / path).unlink(missing_ok=True)
        else:
            self.object_store.remove(path)

    def remove_folder(self, folder: PurePosixPath) -> int:
        """Delete everything below the folder, and the folder; how many files there were."""
        if self.local is None:
            return len(at_once(self.remove, [PurePosixPath(entry.path) for entry in self.object_store.entries(folder)]))
        count = sum(path.is_file() for path in (self.local / folder).rglob("*"))
        if (self.local / folder).exists():
            shutil.rmtree(self.local / folder)
        return count
