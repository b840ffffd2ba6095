"""Objects of a bucket as pyarrow's readers ask for files: every file that is opened is of one version to its end."""

import io
from collections.abc import Sequence
from typing import Any, NoReturn

import pyarrow as pa
from pyarrow import fs

from tasks.store.object_store import Bucket, ChangedError, Part, StoreError

AT_ONCE_BYTES = 16 * 2**20
"""An object up to this size is read in one request; of a larger one, only what is asked for."""


class Objects(fs.FileSystemHandler):  # type: ignore[misc]  # pyarrow ships no types
    """The file system of a bucket's folder, for reading alone: `DataRoot` writes."""

    def __init__(self, bucket: Bucket) -> None:
        """Read from this bucket."""
        self.bucket = bucket

    def __eq__(self, other: object) -> bool:
        """Whether both read the same folder."""
        return isinstance(other, Objects) and self.bucket.place == other.bucket.place

    def __hash__(self) -> int:
        """Equal where the folder is."""
        return hash(self.bucket.place)

    def get_type_name(self) -> str:
        """What pyarrow calls it in its messages."""
        return "objects"

    def normalize_path(self, path: str) -> str:
        """The path as it is."""
        return path

    def open_input_stream(self, path: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
        """The object, from its beginning."""
        return self.open_input_file(path)

    def open_input_file(self, path: str) -> Any:  # noqa: ANN401 - as above
        """The object: at once where it is small, else in parts, each on the condition that it is still the same."""
        start = self.bucket.part(path, 0, AT_ONCE_BYTES)
        if start.size <= len(start.content):
            return pa.BufferReader(start.content)
        return pa.PythonFile(_LargeObject(self.bucket, path, start), mode="r")

    def get_file_info(self, paths: Sequence[str]) -> list[Any]:
        """Whether each path is a file."""
        kinds = (fs.FileType.File if self.bucket.tag(path) else fs.FileType.NotFound for path in paths)
        return [fs.FileInfo(path, kind) for path, kind in zip(paths, kinds, strict=True)]

    def get_file_info_selector(self, selector: Any) -> list[Any]:  # noqa: ANN401 - as above
        """Every file below the folder."""
        entries = self.bucket.entries(selector.base_dir)
        return [fs.FileInfo(entry.path, fs.FileType.File, size=entry.size) for entry in entries]

    def _refuse(self, *_given: object, **_options: object) -> NoReturn:
        message = "objects are written by DataRoot alone"
        raise NotImplementedError(message)

    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = delete_file = _refuse
    move = copy_file = open_output_stream = open_append_stream = _refuse


class _LargeObject(io.RawIOBase):
    """An object read in parts: one that is replaced meanwhile is an error, never a mixture."""

    def __init__(self, bucket: Bucket, path: str, start: Part) -> None:
        self.bucket, self.path, self.start = bucket, path, start
        self.place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.start.size}[whence]
        return self.place

    def read(self, size: int = -1) -> bytes:
        end = self.start.size if size < 0 else min(self.place + size, self.start.size)
        content = self._part(self.place, end)
        self.place += len(content)
        return content

    def _part(self, first: int, end: int) -> bytes:
        if first >= end or end <= len(self.start.content):
            return self.start.content[first:end]
        try:
            return self.bucket.part(self.path, first, end, self.start.tag).content
        except (ChangedError, FileNotFoundError) as problem:
            message = f"{self.bucket.place}/{self.path} was replaced while it was read: read it again"
            raise StoreError(message) from problem
