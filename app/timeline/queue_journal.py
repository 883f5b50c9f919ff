"""The queue on disk: ``journal/queue.jsonl`` in the project's folder, one JSON record a line.

Records are only ever appended; now and then the file is replaced by one that holds what still
counts. A file with something wrong in it is kept aside, never deleted. Knows files; what stands in
them :mod:`app.timeline.queue_records` knows, and whether a job may be done again is decided
elsewhere (docs/adr/0018).
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from app.timeline.queue_records import VERSION, QueueAsLeft, Record, Version, line_of, parse
from app.timeline.storage import ProjectError, write_atomically

JOURNAL_FOLDER = "journal"
QUEUE_FILE = "queue.jsonl"

MAX_BYTES = 16 * 1024 * 1024
NUM_KEPT_ASIDE = 5
"""So many damaged journals get a name of their own; later ones share the last."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class QueueJournal:
    """The journal of one project folder. Its lock is the caller's matter.

    Nothing is held open between two calls, so the folder can be moved or deleted at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / JOURNAL_FOLDER / QUEUE_FILE
        self._num_lines = 0
        self._is_torn = False

    @property
    def num_lines(self) -> int:
        """How many lines it has; the caller decides when it is time to compact."""
        return self._num_lines

    def read(self) -> QueueAsLeft:
        """Return what it says; a journal that is damaged is kept aside as a file of its own.

        Raises:
            ProjectError: it cannot be read or moved aside, so it must not be written either.
        """
        self._check_place()
        try:
            content = _read_plain_file(self.path)
            found = QueueAsLeft() if content is None else parse(content)
        except _NotAJournal:
            found = QueueAsLeft(is_damaged=True)
        except OSError as error:
            raise ProjectError(
                f"The list of jobs in {self._folder.name} cannot be read: "
                f"{error.strerror or error}."
            ) from error
        if found.is_damaged:
            self._put_aside()
        self._num_lines = found.num_records
        return found

    def append(self, records: Sequence[Record]) -> None:
        """Add records; they outlive this process at once, and the machine after ``sync``.

        Raises:
            ProjectError: they cannot be written; what was there stays.
        """
        if not records or not self._folder.is_dir():
            return
        lines = b"".join(line_of(record) for record in records)
        if self._is_torn:
            lines = b"\n" + lines
        self._check_place()
        try:
            if not self.path.exists():
                self.path.parent.mkdir(exist_ok=True)
                lines = line_of(Version(version=VERSION)) + lines.lstrip(b"\n")
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_LINK
            _write_all(os.open(self.path, flags, 0o666), lines)
        except OSError as error:
            self._is_torn = True
            raise ProjectError(
                f"The list of jobs cannot be written ({error.strerror or error}); they go on, but "
                "would not be offered again after a crash."
            ) from error
        self._is_torn = False
        self._num_lines += len(records)

    def compact(self, records: Sequence[Record]) -> None:
        """Replace the file by one that holds ``records`` alone, whole or not at all.

        Raises:
            ProjectError: it cannot be written; what was there stays.
        """
        if not self._folder.is_dir() or not (records or self.path.exists()):
            return
        self._check_place()
        content = b"".join(line_of(record) for record in (Version(version=VERSION), *records))
        try:
            self.path.parent.mkdir(exist_ok=True)
            write_atomically(self.path, content)
        except OSError as error:
            raise ProjectError(
                f"The list of jobs cannot be written: {error.strerror or error}."
            ) from error
        self._is_torn = False
        self._num_lines = len(records) + 1

    def sync(self) -> None:
        """Have the disk hold what was appended. May be called from another thread; never raises."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self.path, os.O_RDWR | _NO_LINK)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _check_place(self) -> None:
        """Refuse a ``journal`` that leads out of the project."""
        place = self.path.parent
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise ProjectError(
                f"The folder {JOURNAL_FOLDER} in {self._folder.name} is a link or a file; the list "
                "of jobs is not kept."
            )

    def _put_aside(self) -> None:
        places = [self.path.with_name(f"queue-damaged-{n}.jsonl") for n in range(NUM_KEPT_ASIDE)]
        free = next((place for place in places if not os.path.lexists(place)), places[-1])
        try:
            self.path.replace(free)
        except OSError as error:
            raise ProjectError(
                f"The damaged list of jobs in {self._folder.name} cannot be put aside: "
                f"{error.strerror or error}."
            ) from error


class _NotAJournal(Exception):
    """It is too large, or no file."""


def _read_plain_file(path: Path) -> bytes | None:
    """Return a file's content; None where there is none. Links, pipes and devices are refused."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_BYTES:
        raise _NotAJournal
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK)
    with os.fdopen(descriptor, "rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _NotAJournal
    return content


def _write_all(descriptor: int, content: bytes) -> None:
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)
