"""What a pipeline yields while it works and returns when it is done. Knows neither Qt nor wire."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.protocol.messages import Stage


@dataclass(frozen=True, slots=True)
class StageProgress:
    """``step`` of ``num_steps`` of a stage are done; step 0 opens the stage."""

    stage: Stage
    step: int
    num_steps: int


@dataclass(frozen=True, slots=True)
class ClipPreview:
    """The whole clip as it stands: uint8 RGB (frames, height, width, 3)."""

    frames: NDArray[np.uint8]
    scratch: Path


@dataclass(frozen=True, slots=True)
class JobResult:
    """The movie that came of a job, and facts for its report."""

    path: Path
    num_frames: int
    report: dict[str, Any] = field(default_factory=dict[str, Any])


Step = StageProgress | ClipPreview
Pipeline = Generator[Step, None, JobResult]
