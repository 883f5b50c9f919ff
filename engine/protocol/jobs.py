"""What the engine can be asked to do: one frozen model per kind of job.

Frames are integers counted from the start of the shot, ranges are half-open, rates are rational,
paths are absolute. Nothing here opens a file.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Join = Literal["cut", "continue"]


class Message(BaseModel):
    """Base of everything on the wire: frozen, and closed against unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FrameRate(Message):
    """Frames per second as a fraction: 24/1, 24000/1001."""

    num: int = Field(gt=0, le=1_000_000)
    den: int = Field(default=1, gt=0, le=1_000_000)

    @property
    def fraction(self) -> Fraction:
        """The rate as an exact number."""
        return Fraction(self.num, self.den)

    def __str__(self) -> str:
        return f"{self.num}/{self.den}" if self.den != 1 else str(self.num)


class KeyframeSpec(Message):
    """An image pinned to a frame of its shot.

    Attributes:
        image: absolute path of the picture.
        frame: requested frame, counted from the start of the shot.
        exact: stand on precisely that frame (planning inserts free heads).
        anchor_x, anchor_y: which part survives the crop, 0 (left, top) to 1 (right, bottom).
    """

    image: str
    frame: int = Field(ge=0)
    exact: bool = False
    anchor_x: float = Field(default=0.5, ge=0, le=1)
    anchor_y: float = Field(default=0.5, ge=0, le=1)


class ShotSpec(Message):
    """One shot: its length in frames, its caption, its keyframes, its join to the next shot."""

    num_frames: int = Field(gt=0, le=100_000)
    caption: str = ""
    join: Join = "cut"
    keyframes: tuple[KeyframeSpec, ...] = ()


class DraftJob(Message):
    """Director-Gen on one pass: consecutive shots denoised jointly into a low-resolution clip.

    Attributes:
        folder: the take's folder; results, checkpoints and previews go there.
        width, height: size of the finished film; the draft takes its aspect ratio from them.
        model: a name from the catalogue or the path of a model folder.
        num_steps, guidance_scale: None leaves the choice to the model's own defaults.
    """

    kind: Literal["draft"] = "draft"
    job_id: str
    folder: str
    shots: tuple[ShotSpec, ...] = Field(min_length=1)
    caption: str = ""
    rate: FrameRate
    width: int = Field(gt=0, le=16_384)
    height: int = Field(gt=0, le=16_384)
    model: str = "starter"
    seed: int = Field(default=0, ge=0, lt=2**63)
    num_steps: int | None = Field(default=None, ge=1, le=1000)
    guidance_scale: float | None = Field(default=None, ge=0, le=100)


class RefineJob(Message):
    """Director-SR on a finished draft: the master, at the size the draft job named."""

    kind: Literal["refine"] = "refine"
    job_id: str
    folder: str
    model: str = "starter"
    num_steps: int | None = Field(default=None, ge=1, le=1000)


class Segment(Message):
    """A stretch ``[start, stop)`` of a movie file, in frames."""

    path: str
    start: int = Field(default=0, ge=0)
    stop: int = Field(gt=0)


class ExportJob(Message):
    """Join segments into one movie. ``overwrite`` is the user's explicit word.

    Attributes:
        width, height: size of the movie; None keeps that of the first segment.
        quality: x264's constant rate factor; lower is better.
    """

    kind: Literal["export"] = "export"
    job_id: str
    segments: tuple[Segment, ...] = Field(min_length=1)
    output: str
    rate: FrameRate
    width: int | None = Field(default=None, gt=0, le=16_384)
    height: int | None = Field(default=None, gt=0, le=16_384)
    quality: int = Field(default=16, ge=0, le=51)
    overwrite: bool = False


Job = Annotated[DraftJob | RefineJob | ExportJob, Field(discriminator="kind")]
