"""One line of the queue: a job and its fate, frozen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.timeline.exporting import ExportChoices
from engine.protocol.media import FrameJob, ImportJob
from engine.protocol.messages import AnyJob, Progress, Stage

JobKind = Literal["draft", "refine", "upscale", "export", "import", "shots", "frame", "style"]


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
class OfShot:
    """A job about a shot of footage."""

    shot: str


@dataclass(frozen=True, slots=True)
class OfFootage:
    """A job about movies of the film, by their ids."""

    footage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobEntry:
    """A job in the queue.

    Attributes:
        job: what the engine is asked.
        title: what the user calls it: ``Shots 1–3``.
        batch: entries of one batch need each other, in order.
        take: name of the take it works on, empty for an export.
        frames: film frames ``[start, stop)`` it covered when it was asked for.
        wish: what it was planned from, where the take does not say it all: how a movie is written,
            or which shot or which movies it is about.
    """

    job: AnyJob
    title: str
    batch: int
    take: str
    frames: tuple[int, int]
    status: JobStatus = Waiting()
    wish: ExportChoices | OfShot | OfFootage | None = None

    @property
    def kind(self) -> JobKind:
        """What is made."""
        return self.job.kind

    @property
    def progress(self) -> Progress | None:
        """What the engine last said while the job runs."""
        return self.status.progress if isinstance(self.status, Running) else None

    @property
    def fraction(self) -> float:
        """How much of the job is done, 0 to 1, as far as one can tell; it never goes back.

        The order of the stages is the engine's: it loads a part when that is wanted.
        """
        shares = _STAGE_SHARES[self.kind]
        match self.status:
            case Finished():
                return 1.0
            case Running(progress=Progress() as progress, done=done):
                before, share = shares.get(progress.stage, (0.0, 0.0))
                here = before + share * min(1.0, progress.step / max(1, progress.num_steps))
                return max(here, *(sum(shares.get(stage, (0.0, 0.0))) for stage in done), 0.0)
            case _:
                return 0.0

    @property
    def is_quick(self) -> bool:
        """Whether somebody waits for it who need not wait long: a look at a movie, or a frame."""
        return isinstance(self.job, FrameJob) or (
            isinstance(self.job, ImportJob) and self.job.folder is None
        )

    @property
    def writes_into_film(self) -> bool:
        """Whether it puts something into the project's folder."""
        return not self.is_quick and getattr(self.job, "folder", None) is not None

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
    "import": "Reading the movie",
    "shots": "Looking for cuts",
    "clips": "Cutting footage into clips",
    "encode": "Encoding clips",
    "train": "Training",
}

KIND_NAMES: dict[JobKind, str] = {
    "draft": "Draft",
    "refine": "Master",
    "upscale": "Upscale",
    "export": "Export",
    "import": "Import",
    "shots": "Split",
    "frame": "Frame",
    "style": "Style",
}

_STAGE_SHARES: dict[JobKind, dict[Stage, tuple[float, float]]] = {
    "draft": {
        "load": (0.0, 0.05),
        "captions": (0.05, 0.03),
        "keyframes": (0.08, 0.04),
        "denoise": (0.12, 0.76),
        "decode": (0.88, 0.12),
    },
    "refine": {
        "load": (0.0, 0.05),
        "captions": (0.05, 0.02),
        "keyframes": (0.07, 0.05),
        "refine": (0.12, 0.7),
        "denoise": (0.12, 0.7),
        "decode": (0.82, 0.18),
    },
    "upscale": {
        "load": (0.0, 0.05),
        "captions": (0.05, 0.02),
        "keyframes": (0.07, 0.05),
        "refine": (0.12, 0.7),
        "denoise": (0.12, 0.7),
        "decode": (0.82, 0.18),
    },
    "export": {"export": (0.0, 1.0)},
    "import": {"import": (0.0, 1.0)},
    "shots": {"load": (0.0, 0.05), "shots": (0.05, 0.95)},
    "frame": {"import": (0.0, 1.0)},
    "style": {
        "clips": (0.0, 0.15),
        "load": (0.15, 0.02),
        "encode": (0.17, 0.1),
        "train": (0.27, 0.73),
    },
}
"""(where a stage begins, its share) of a job's bar: rough, so that the bar never runs back."""
