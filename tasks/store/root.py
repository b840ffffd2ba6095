"""Where the data lies: a local folder or an object store, named by one URI."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pyarrow import fs

from tasks.store.durable import write_bytes


@dataclass(frozen=True)
class DataRoot:
    """A folder that holds raw, staged and report files: `file:///...`, a plain path, or `s3://bucket/folder`.

    Paths below it are relative, with forward slashes, whatever the storage.
    """

    uri: str

    @property
    def local(self) -> Path | None:
        """The folder on this machine; None when the data lies in an object store."""
        if "://" not in self.uri:
            return Path(self.uri)
        return Path(self.uri.removeprefix("file://")) if self.uri.startswith("file://") else None

    @property
    def filesystem(self) -> Any:  # noqa: ANN401 - pyarrow ships no types
        """The pyarrow file system rooted at this folder."""
        if self.local is not None:
            return fs.SubTreeFileSystem(str(self.local.absolute()), fs.LocalFileSystem())
        filesystem, path = fs.FileSystem.from_uri(self.uri)
        return fs.SubTreeFileSystem(path, filesystem)

    def files(self, folder: PurePosixPath, ending: str = ".parquet") -> list[str]:
        """Every file below the folder with that ending, sorted; temporary files are not among them."""
        selector = fs.FileSelector(str(folder), recursive=True, allow_not_found=True)
        found = [info.path for info in self.filesystem.get_file_info(selector) if info.type == fs.FileType.File]
        return sorted(path for path in found if path.endswith(ending) and not PurePosixPath(path).name.startswith("."))

    def exists(self, path: PurePosixPath) -> bool:
        """Whether there is a file of that path."""
        return bool(self.filesystem.get_file_info(str(path)).type == fs.FileType.File)

    def read_bytes(self, path: PurePosixPath) -> bytes:
        """The whole file; FileNotFoundError when there is none."""
        with self.filesystem.open_input_stream(str(path)) as stream:
            return bytes(stream.read())

    def replace(self, path: PurePosixPath, content: bytes | memoryview) -> None:
        """Put the whole content at the path in one move: a rename on a disk, a single upload on an object store."""
        if self.local is not None:
            write_bytes(self.local / path, content)
            return
        with self.filesystem.open_output_stream(str(path)) as stream:
            stream.write(content)

    def remove(self, path: PurePosixPath) -> None:
        """Delete the file; nothing happens when there is none."""
        if self.exists(path):
            self.filesystem.delete_file(str(path))
