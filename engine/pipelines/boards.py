"""A pass's keyframes as pictures: read once, fitted as planned, and held against the result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.media.fitting import fit_to_frame
from engine.media.movie import RgbFrame
from engine.media.stills import RgbImage, load_still
from engine.planning.film import pass_keyframes
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import DraftJob
from engine.protocol.stopping import heed


def load_boards(job: DraftJob, size: FrameSize | None = None) -> list[RgbImage]:
    """Return the keyframes of a job in the plan's order, fitted to the film's aspect ratio.

    Args:
        job: names the pictures and the film's size.
        size: size of the results, the film's own when None.

    Raises:
        BadInput: a picture is missing or cannot be read.
    """
    film = FrameSize(job.width, job.height)
    boards: list[RgbImage] = []
    for spec in pass_keyframes(job):
        heed()
        boards.append(fit_to_frame(load_still(Path(spec.image)), film, spec, size))
    return boards


def to_tensor(frames: Sequence[RgbImage]) -> Tensor:
    """Return uint8 frames as one (1, 3, T, H, W) tensor in [−1, 1]."""
    stacked = torch.from_numpy(np.stack(frames))
    return (stacked.permute(3, 0, 1, 2).float() / 127.5 - 1.0).unsqueeze(0)


def to_frames(frames_BCTHW: Tensor) -> RgbFrame:
    """Return frames in [−1, 1] as uint16 (T, H, W, 3), the depth that movies are written from."""
    scaled = ((frames_BCTHW[0].float().clamp(-1, 1) + 1.0) * 32767.5).round()
    return scaled.to(torch.int32).permute(1, 2, 3, 0).cpu().numpy().astype(np.uint16)


class FidelityReport:
    """Collects, frame by frame, how closely each keyframe's frame shows its board."""

    def __init__(self, plan: ChunkPlan, boards: Sequence[RgbImage]) -> None:
        self._boards = {
            frame: (keyframe, boards[keyframe]) for keyframe, frame in plan.keyframe_frames.items()
        }
        self._requested = plan.keyframe_requests
        self._strengths = {
            keyframe: 1.0 - plan.held_latents[latent]
            for keyframe, latent in plan.keyframe_latents.items()
            if latent in plan.held_latents
        }
        self._rows: list[dict[str, Any]] = []

    def see(self, index: int, frame: RgbFrame) -> None:
        """Look at frame ``index`` of the pass: (H, W, 3) uint16."""
        if index not in self._boards:
            return
        keyframe, board = self._boards[index]
        error = frame.astype(np.float32) / 257.0 - board
        mse = float(np.mean(error * error))
        row = {
            "keyframe": keyframe,
            "requested_frame": self._requested[keyframe],
            "frame": index,
            "psnr_db": round(10 * math.log10(255.0**2 / max(mse, 1e-3)), 2),
        }
        if keyframe in self._strengths:
            row["strength"] = round(self._strengths[keyframe], 3)
        self._rows.append(row)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per keyframe seen so far."""
        return list(self._rows)
