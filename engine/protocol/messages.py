"""Commands go down, events come up: the two unions that travel between editor and engine."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from engine.protocol.errors import ErrorCode
from engine.protocol.export import ExportJob
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.jobs import HeadColour, Message, ModelJob, SolverName, Upsampling
from engine.protocol.media import FrameJob, ImportJob, ShotsJob
from engine.protocol.training import StyleJob

SPARED = "spared"
"""In a finished job's report: how much thrift it took after memory had run out, from 1."""

PROTOCOL_VERSION = 3
"""Raised with every change that an older peer could misread."""

Stage = Literal[
    "load", "captions", "keyframes", "denoise", "decode", "refine", "export", "import", "shots",
    "clips", "encode", "train",
]  # fmt: skip

AnyJob = ModelJob | ExportJob | ImportJob | ShotsJob | FrameJob | StyleJob
"""What the engine can be asked to do."""
Job = Annotated[AnyJob, Field(discriminator="kind")]

ModelRole = Literal["gen", "sr"]


class Hello(Message):
    """First command: who speaks, and which version of the protocol."""

    kind: Literal["hello"] = "hello"
    protocol: int = PROTOCOL_VERSION


class Submit(Message):
    """Put a job at the end of the engine's queue."""

    kind: Literal["submit"] = "submit"
    job: Job


class Cancel(Message):
    """End a queued or running job; what it has finished stays on disk."""

    kind: Literal["cancel"] = "cancel"
    job_id: str


class DescribeModel(Message):
    """Say how a model wants to be run; answered by ``ModelDescribed`` whatever the queue is at."""

    kind: Literal["describe_model"] = "describe_model"
    name: str
    role: ModelRole


class Rest(Message):
    """Give the device's memory back while no job runs; answered by a ``DeviceReport``."""

    kind: Literal["rest"] = "rest"


class Shutdown(Message):
    """Cancel everything and end the process."""

    kind: Literal["shutdown"] = "shutdown"


Command = Annotated[
    Hello | Submit | Cancel | DescribeModel | Rest | Shutdown, Field(discriminator="kind")
]


class Ready(Message):
    """First event: the engine listens. It has not loaded torch yet."""

    kind: Literal["ready"] = "ready"
    protocol: int = PROTOCOL_VERSION
    engine_version: str
    pid: int


class JobQueued(Message):
    """The job was taken and waits; nothing has been computed."""

    kind: Literal["queued"] = "queued"
    job_id: str


class JobStarted(Message):
    """The job runs."""

    kind: Literal["started"] = "started"
    job_id: str


class Progress(Message):
    """How far a stage has come. ``step`` of ``num_steps`` are done.

    Attributes:
        elapsed_s: seconds since this stage began.
        remaining_s: estimate for the rest of this stage, when there is one.
    """

    kind: Literal["progress"] = "progress"
    job_id: str
    stage: Stage
    step: int
    num_steps: int
    elapsed_s: float
    remaining_s: float | None = None


class Preview(Message):
    """The whole clip as it stands: an ``.npy`` file of uint8 RGB, (frames, height, width, 3).

    The file was written whole before this event and is replaced, never altered, by the next.

    Attributes:
        emitted_at: seconds since the epoch, to measure how long the way to the screen takes.
    """

    kind: Literal["preview"] = "preview"
    job_id: str
    path: str
    num_frames: int
    width: int
    height: int
    emitted_at: float


class CancelAcknowledged(Message):
    """The cancel was heard; ``JobCancelled`` follows when the job has let go of the device."""

    kind: Literal["cancel_acknowledged"] = "cancel_acknowledged"
    job_id: str


class JobFinished(Message):
    """The job is done.

    Attributes:
        path: the movie that came of it (draft, master or export).
        stage_seconds: wall time of each stage.
        peak_bytes: most memory that the device held meanwhile; None where that cannot be known.
        report: facts for the report: the keyframes' fidelity, used frames, hashes of models.
    """

    kind: Literal["finished"] = "finished"
    job_id: str
    path: str
    num_frames: int
    stage_seconds: dict[str, float]
    peak_bytes: int | None = Field(default=None, ge=0)
    report: dict[str, Any] = Field(default_factory=dict)


class JobFailed(Message):
    """The job could not be done; ``message`` is one sentence for the user."""

    kind: Literal["failed"] = "failed"
    job_id: str
    code: ErrorCode
    message: str


class JobCancelled(Message):
    """The job ended because it was asked to; its checkpoints stay."""

    kind: Literal["cancelled"] = "cancelled"
    job_id: str


class ModelSettings(Message):
    """What a model does of its own accord, where a job leaves it the choice."""

    num_steps: int
    guidance_scale: float
    guidance_interval: tuple[float, float]
    shift: float
    solver: SolverName
    upsampling: Upsampling
    noise: float
    head_colour: HeadColour


class ModelDescribed(Message):
    """How a model wants to be run and what that costs; ``problem`` is one sentence where it is not
    there.
    """

    kind: Literal["model_described"] = "model_described"
    name: str
    role: ModelRole
    settings: ModelSettings | None = None
    facts: ModelFacts | None = None
    problem: str = ""


class ProtocolFault(Message):
    """A line could not be understood, or the versions differ."""

    kind: Literal["fault"] = "fault"
    message: str


Event = Annotated[
    Ready
    | DeviceReport
    | JobQueued
    | JobStarted
    | Progress
    | Preview
    | CancelAcknowledged
    | JobFinished
    | JobFailed
    | JobCancelled
    | ModelDescribed
    | ProtocolFault,
    Field(discriminator="kind"),
]

JobEvent = (
    JobQueued
    | JobStarted
    | Progress
    | Preview
    | CancelAcknowledged
    | JobFinished
    | JobFailed
    | JobCancelled
)

COMMANDS: TypeAdapter[Hello | Submit | Cancel | DescribeModel | Rest | Shutdown] = TypeAdapter(
    Command
)
EVENTS: TypeAdapter[JobEvent | Ready | DeviceReport | ModelDescribed | ProtocolFault] = TypeAdapter(
    Event
)
