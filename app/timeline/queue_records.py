"""What stands in the queue's journal: one JSON record a line, each distrusted when it is read.

A record names what is to be done by what the film calls it, and what the user chose. It names no
file that is read: which those are, the film says. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from app.timeline.exporting import ExportChoices
from engine.protocol.media import ShotFinder
from engine.protocol.training import MAX_STYLE_STEPS

VERSION = 2

MAX_LINE_BYTES = 1024 * 1024
MAX_RECORDS = 100_000
MAX_JOBS = 10_000
MAX_TITLE = 120

QueueStatus = Literal["waiting", "running", "finished", "failed", "stopped", "interrupted"]

OPEN: frozenset[QueueStatus] = frozenset({"waiting", "running", "interrupted"})
"""What a journal may be left with when the program ended: still to be done."""


_Id = Annotated[str, Field(min_length=1, max_length=64)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Version(_Record):
    """First line: how the others are to be read."""

    kind: Literal["version"] = "version"
    version: int


class OfTake(_Record):
    """A draft or a master, named by its take."""

    kind: Literal["draft", "refine"]
    take: str = Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]*$")


class OfExport(_Record):
    """A movie of the film, or a sequence of pictures.

    Attributes:
        choices: how it is written; who signs it is not among them.
        signs: whether it was to be signed.
        output: absolute path of the file or folder.
    """

    kind: Literal["export"] = "export"
    choices: ExportChoices
    signs: bool = False
    output: str = Field(min_length=1, max_length=4096)

    @field_validator("choices")
    @classmethod
    def _without_files(cls, choices: ExportChoices) -> ExportChoices:
        if choices.certificate or choices.key:
            raise ValueError("Who signs a movie is not for a journal to say.")
        return choices


class OfSplit(_Record):
    """A shot of footage that is to be divided where its movie has cuts."""

    kind: Literal["shots"] = "shots"
    shot: str = Field(min_length=1, max_length=64)
    method: ShotFinder
    sensitivity: float = Field(ge=0, le=1)


class OfUpscale(_Record):
    """A shot of footage that is to be made as large as the film."""

    kind: Literal["upscale"] = "upscale"
    shot: str = Field(min_length=1, max_length=64)


class OfStyle(_Record):
    """A style that is to be learnt from movies of the film.

    Attributes:
        footage: ids of the movies.
        name: what it is called.
        num_steps: how long is trained.
    """

    kind: Literal["style"] = "style"
    footage: tuple[_Id, ...] = Field(min_length=1, max_length=1000)
    name: str = Field(min_length=1, max_length=MAX_TITLE)
    num_steps: int = Field(gt=0, le=MAX_STYLE_STEPS)


OfFootage = OfSplit | OfUpscale | OfStyle
"""What is asked of movies that the film shows."""


class OfLightCopy(_Record):
    """A movie's light copy; the film asks for it by itself."""

    kind: Literal["light_copy"] = "light_copy"


class OfFile(_Record):
    """A look at a file that is not in the film yet, or a frame for somewhere else."""

    kind: Literal["file"] = "file"


Work = Annotated[
    OfTake | OfExport | OfSplit | OfUpscale | OfStyle | OfLightCopy | OfFile,
    Field(discriminator="kind"),
]


class Asked(_Record):
    """A job was asked for, or is asked for in other words.

    Attributes:
        id: the job's.
        title: what the user calls it.
        batch: jobs of one batch need each other, in order.
        frames: film frames ``[start, stop)``.
        work: what is done.
    """

    kind: Literal["asked"] = "asked"
    id: str = Field(min_length=1, max_length=200)
    title: str = Field(default="", max_length=MAX_TITLE)
    batch: int = Field(ge=0)
    frames: tuple[int, int] = (0, 0)
    work: Work


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


def line_of(record: Version | Record) -> bytes:
    """Return a record as it is written."""
    return record.model_dump_json(exclude_defaults=False).encode() + b"\n"


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
