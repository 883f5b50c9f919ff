"""What a run tells while it goes on: frozen dataclasses, one union.

A run is a generator of these; whoever runs it shows them, sends them on, or ignores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Preparing:
    """Clips are being encoded: ``done`` of ``total`` of one side of the dataset."""

    split: Literal["train", "val"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A step is done.

    Attributes:
        step, num_steps: so far, and in all.
        loss: of this step.
        learning_rate: of this step.
        grad_norm: before it was cut.
        samples_per_s: lately, over all processes.
        remaining_s: until the last step, None while it cannot be told.
    """

    step: int
    num_steps: int
    loss: float
    learning_rate: float
    grad_norm: float
    samples_per_s: float
    remaining_s: float | None


@dataclass(frozen=True, slots=True)
class Validation:
    """The loss on clips that are not trained on.

    Attributes:
        step: after which.
        loss: mean over all bins.
        by_time: the same by t, (middle of the bin, loss).
    """

    step: int
    loss: float
    by_time: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class SampleClip:
    """A clip of the validation side made by the model as it is now, beside the original.

    Attributes:
        step: after which.
        path: the movie: the original on the left, for SR what was given in the middle.
        psnr_db: of the frames that were not given, against the original as the codec keeps it.
    """

    step: int
    path: Path
    psnr_db: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that is needed to go on is on disk."""

    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in passing, in one sentence."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is at its end.

    Attributes:
        step: steps done.
        path: what the engine loads: a model folder, or a LoRA file.
    """

    step: int
    path: Path


TrainEvent = Preparing | Progress | Validation | SampleClip | Checkpoint | Notice | Finished
