"""Where a snapshot lies: a folder of this machine, or a place that all workers reach (an fsspec URL)."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from auditor.errors import InputError, OutputError, UsageError, reason_of


class Store(Protocol):
    """Files by their path inside the snapshot.  Every file is written whole or not at all."""

    @property
    def name(self) -> str:
        """As the user named it."""

    def read(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """The file, opened.  Raises FileNotFoundError."""

    def write(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """A new file; it is there when the block ends without an exception, and not before."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""

    def files(self) -> list[str]:
        """The paths of all files, sorted."""

    def remove(self, path: str) -> None:
        """Take a file away, if it is there."""


class Folder:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self._root = path

    @property
    def name(self) -> str:
        return str(self._root)

    def read(self, path: str) -> BinaryIO:
        return (self._root / path).open("rb")

    @contextlib.contextmanager
    def write(self, path: str) -> Iterator[BinaryIO]:
        target = self._root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
        except OSError as error:
            raise _unwritable(str(target), error) from None
        try:
            with os.fdopen(handle, "wb") as file:
                yield cast("BinaryIO", file)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise _unwritable(str(target), error) from None
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def exists(self, path: str) -> bool:
        return (self._root / path).is_file()

    def files(self) -> list[str]:
        found = (path for path in self._root.rglob("*") if path.is_file() and not path.name.endswith(".part"))
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def remove(self, path: str) -> None:
        (self._root / path).unlink(missing_ok=True)


class Remote:
    """A place that fsspec reaches (``s3://``, ``gcs://``, ``file://`` …)."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec
        except ImportError:
            raise UsageError(
                f"{url}: URL に保存するには fsspec が必要です（pip install 'jichitai-cloud-auditor[dask]'）。",
                f"{url}: saving to a URL needs fsspec (pip install 'jichitai-cloud-auditor[dask]').",
            ) from None
        self._url = url
        try:
            self._fs, self._root = cast("tuple[Any, str]", fsspec.core.url_to_fs(url))
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"{url}: この種類の URL は使えません（{type(error).__name__}）。",
                f"{url}: this kind of URL cannot be used ({type(error).__name__}).",
            ) from None

    @property
    def name(self) -> str:
        return self._url

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}"

    def read(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        return cast("contextlib.AbstractContextManager[BinaryIO]", self._fs.open(self._full(path), "rb"))

    @contextlib.contextmanager
    def write(self, path: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile() as buffer:
            yield cast("BinaryIO", buffer)
            buffer.seek(0)
            full = self._full(path)
            self._fs.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
            # a name of its own first: two workers may write the same file, and a reader never sees half of one
            temporary = f"{full}.{uuid.uuid4().hex}.part"
            with self._fs.open(temporary, "wb") as file:
                shutil.copyfileobj(buffer, file)
            self._fs.mv(temporary, full)

    def exists(self, path: str) -> bool:
        return bool(self._fs.isfile(self._full(path)))

    def files(self) -> list[str]:
        if not self._fs.isdir(self._root):
            return []
        found = (str(path) for path in self._fs.find(self._root))
        return sorted(path[len(self._root) :].lstrip("/") for path in found if not path.endswith(".part"))

    def remove(self, path: str) -> None:
        if self.exists(path):
            self._fs.rm_file(self._full(path))


def open_store(place: str) -> Store:
    """The store at a path or URL.  Raises :class:`UsageError` for a URL that cannot be used."""
    if "://" in place:
        return Remote(place.rstrip("/"))
    return Folder(Path(place))


def _unwritable(path: str, error: OSError) -> OutputError:
    reason = reason_of(error)
    return OutputError(f"{path} を書けません（{reason.ja}）。", f"{path} cannot be written ({reason.en}).")


def missing(store: Store, path: str) -> InputError:
    """The error for a snapshot of which a file is not there."""
    return InputError(
        f"スナップショット {store.name} に {path} がありません。収集し直してください。",
        f"the snapshot {store.name} lacks {path}; collect it again.",
    )
