"""One line of the queue: a job and its fate, frozen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.protocol.jobs import DraftJob, ExportJob, RefineJob
from engine.protocol.messages import Progress, Stage

AnyJob = DraftJob | RefineJob | ExportJob
JobKind = Literal["draft", "refine", "export"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not yet its turn."""


@dataclass(frozen=True, slots=True)
class Running:
    """Under way.

    Attributes:
        progress: of the stage it is in; None until the engine says so.
        stopping: it was asked to end and has not let go yet.
        done: seconds that each finished stage took.
    """

    progress: Progress | None = None
    stopping: bool = False
    done: dict[Stage, float] = field(default_factory=dict["Stage", float])


@dataclass(frozen=True, slots=True)
class Finished:
    """Done: the movie, and the seconds of each stage."""

    path: str
    stage_seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Failed:
    """Not to be done, and why, in one sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Ended by the user, or never begun because what it needs was not made."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The engine went away; the job can go on from its last checkpoint."""


JobStatus = Waiting | Running | Finished | Failed | Stopped | Interrupted


@dataclass(frozen=True, slots=True)
class JobEntry:
    """A job in the queue.

    Attributes:
        job: what the engine is asked.
        title: what the user calls it: ``Shots 1–3``.
        batch: entries of one batch need each other, in order.
        take: name of the take it works on, empty for an export.
        frames: film frames ``[start, stop)`` it covered when it was asked for.
    """

    job: AnyJob
    title: str
    batch: int
    take: str
    frames: tuple[int, int]
    status: JobStatus = Waiting()

    @property
    def kind(self) -> JobKind:
        """What is made."""
        return self.job.kind

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return isinstance(self.status, Waiting | Running | Interrupted)


STAGE_NAMES: dict[Stage, str] = {
    "load": "Loading the model",
    "captions": "Reading captions",
    "keyframes": "Encoding boards",
    "denoise": "Denoising",
    "decode": "Decoding",
    "refine": "Refining",
    "export": "Writing the movie",
}

KIND_NAMES: dict[JobKind, str] = {"draft": "Draft", "refine": "Master", "export": "Export"}
