"""The queue on disk: ``journal/queue.jsonl`` in the project's folder, one JSON record a line.

Records are only ever appended; now and then the file is replaced by one that holds what still
counts. Everything read is distrusted: size, depth, kinds, names. A file with something wrong in it
is kept aside, never deleted. Knows files and records; what a job is, and whether it may be done
again, is decided elsewhere (docs/adr/0018).
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from app.timeline.storage import ProjectError, write_atomically
from engine.protocol.export import ExportJob

JOURNAL_FOLDER = "journal"
QUEUE_FILE = "queue.jsonl"
VERSION = 1

MAX_BYTES = 16 * 1024 * 1024
MAX_LINE_BYTES = 1024 * 1024
MAX_RECORDS = 100_000
MAX_JOBS = 10_000
NUM_KEPT_ASIDE = 5
"""So many damaged journals get a name of their own; later ones share the last."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

QueueStatus = Literal["waiting", "running", "finished", "failed", "stopped", "interrupted"]

OPEN: frozenset[QueueStatus] = frozenset({"waiting", "running", "interrupted"})
"""What a journal may be left with when the program ended: still to be done."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Version(_Record):
    """First line: how the others are to be read."""

    kind: Literal["version"] = "version"
    version: int


class Asked(_Record):
    """A job was asked for, or is asked for in other words.

    Attributes:
        id: the job's.
        makes: what it makes.
        batch: jobs of one batch need each other, in order.
        take: name of the take it works on; empty for an export.
        frames: film frames ``[start, stop)``.
        export: what is written, its paths inside the project relative to it; None where the job
            cannot be put together again from the project.
        carries_film: whether the movie carries the project that made it.
    """

    kind: Literal["asked"] = "asked"
    id: str = Field(min_length=1, max_length=200)
    makes: Literal["draft", "refine", "export", "other"]
    batch: int = Field(ge=0)
    take: str = Field(default="", max_length=64, pattern=r"^[0-9A-Za-z_-]*$")
    frames: tuple[int, int] = (0, 0)
    export: ExportJob | None = None
    carries_film: bool = False

    @model_validator(mode="after")
    def _names_what_it_works_on(self) -> Asked:
        if self.makes in {"draft", "refine"} and not self.take:
            raise ValueError("A draft or a master belongs to a take.")
        if self.export is not None and self.makes != "export":
            raise ValueError("Only an export writes a movie.")
        return self


class Became(_Record):
    """What has become of a job."""

    kind: Literal["became"] = "became"
    id: str = Field(min_length=1, max_length=200)
    status: QueueStatus


class Gone(_Record):
    """A job was taken off the list."""

    kind: Literal["gone"] = "gone"
    id: str = Field(min_length=1, max_length=200)


class Ordered(_Record):
    """The order of the list; what is not named stays behind what is."""

    kind: Literal["ordered"] = "ordered"
    ids: tuple[str, ...] = Field(max_length=MAX_JOBS)


Record = Asked | Became | Gone | Ordered
_RECORDS: TypeAdapter[Version | Record] = TypeAdapter(
    Annotated[Version | Record, Field(discriminator="kind")]
)


@dataclass(frozen=True, slots=True)
class QueueAsLeft:
    """What a journal says.

    Attributes:
        jobs: what ran or waited when it was last written, in order.
        num_records: how many lines it has.
        is_damaged: whether something in it could not be understood.
    """

    jobs: tuple[Asked, ...] = ()
    num_records: int = 0
    is_damaged: bool = False


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
        lines = b"".join(_line(record) for record in records)
        if self._is_torn:
            lines = b"\n" + lines
        self._check_place()
        try:
            if not self.path.exists():
                self.path.parent.mkdir(exist_ok=True)
                lines = _line(Version(version=VERSION)) + lines.lstrip(b"\n")
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
        content = b"".join(_line(record) for record in (Version(version=VERSION), *records))
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


def parse(content: bytes) -> QueueAsLeft:
    """Return what the content of a journal says; lines that make no sense are skipped.

    An unfinished last line is no damage: its writer died in the middle of it.
    """
    lines = content.split(b"\n")
    lines.pop()  # empty, or torn
    records: list[Record] = []
    is_damaged = len(lines) > MAX_RECORDS
    for line in lines[:MAX_RECORDS]:
        if not line.strip():
            continue
        record = _record(line)
        if isinstance(record, Version):
            if record.version != VERSION:
                return QueueAsLeft(is_damaged=True)
        elif record is None:
            is_damaged = True
        else:
            records.append(record)
    return QueueAsLeft(_as_left(records), len(lines), is_damaged)


def is_inside(name: str) -> bool:
    """Whether a relative path stays inside the project, as far as its name tells."""
    path = PurePosixPath(name)
    plain = bool(path.parts) and not path.is_absolute() and ".." not in path.parts
    return plain and not any(sign in name for sign in ("\\", "\0", ":"))


def _as_left(records: Iterable[Record]) -> tuple[Asked, ...]:
    jobs: dict[str, Asked] = {}
    status: dict[str, QueueStatus] = {}
    for record in records:
        match record:
            case Asked():
                if record.id in jobs or len(jobs) < MAX_JOBS:
                    jobs[record.id] = record
                    status[record.id] = "waiting"
            case Became():
                status[record.id] = record.status
            case Gone():
                jobs.pop(record.id, None)
            case Ordered():
                named = {name: jobs[name] for name in record.ids if name in jobs}
                jobs = {**named, **{name: job for name, job in jobs.items() if name not in named}}
    return tuple(job for name, job in jobs.items() if status[name] in OPEN)


def _record(line: bytes) -> Version | Record | None:
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        return _RECORDS.validate_json(line)
    except (ValidationError, ValueError, RecursionError):
        return None


def _line(record: Version | Record) -> bytes:
    return record.model_dump_json(exclude_defaults=False).encode() + b"\n"


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
