"""Whole-clip previews while a draft is being denoised.

A codec that decodes for next to nothing is used itself. Behind a heavy one, a linear map from
latents to colours is fitted on what the job is given, whose latents and pixels are both known.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.media.stills import RgbImage
from engine.models.codec import Codec, decode_chunks
from engine.models.klt import AutoencoderKLT
from engine.pipelines.boards import to_tensor
from engine.pipelines.steps import ClipPreview
from engine.planning.plan import ChunkPlan
from engine.protocol.stopping import Stopped

_LOG = logging.getLogger(__name__)


class ClipPreviewer:
    """Turns the clean-latent estimate of a step into frames for the screen.

    Args:
        codec: of the latents.
        plan: of the whole pass.
        anchors: pictures whose latents are given, by latent index, at the draft's size.
    """

    def __init__(self, codec: Codec, plan: ChunkPlan, anchors: Mapping[int, RgbImage]) -> None:
        self._codec = codec
        self._plan = plan
        self._anchors = anchors
        self._map: Tensor | None = None
        self._alive = isinstance(codec, AutoencoderKLT) or bool(anchors)

    def preview(self, z0_BCNHW: Tensor, scratch: Path) -> Iterator[ClipPreview]:
        """Yield one preview; nothing when it fails, for it must never disturb the job."""
        if not self._alive:
            return
        try:
            frames = self._frames(z0_BCNHW)
        except Stopped:
            raise
        except Exception:  # whatever it is: memory that ran out, an odd latent
            _LOG.exception("a preview failed")
            return
        yield ClipPreview(frames, scratch)

    @torch.no_grad()
    def _frames(self, z0_BCNHW: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        if isinstance(self._codec, AutoencoderKLT):
            pixels = decode_chunks(self._codec, z0_BCNHW, self._plan)
        else:
            pixels = self._linear(z0_BCNHW)
        trimmed = pixels[0, :, : self._plan.num_frames_requested]
        levels = ((trimmed.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
        return levels.permute(1, 2, 3, 0).contiguous().cpu().numpy()

    def _linear(self, z0_BCNHW: Tensor) -> Tensor:
        """Return (1, 3, F, H, W) at the latent grid's size; a latent's frames repeat."""
        if self._map is None:
            self._map = self._fit(z0_BCNHW)
        ones = torch.ones_like(z0_BCNHW[:, :1])
        colours = torch.einsum("bcnhw,cd->bdnhw", torch.cat([z0_BCNHW, ones], 1), self._map)
        repeats = torch.tensor([stop - start for start, stop in self._plan.latent_spans])
        return colours.repeat_interleave(repeats.to(colours.device), dim=2)

    def _fit(self, z_BCNHW: Tensor) -> Tensor:
        """Return the least-squares map (C + 1, 3) from given latents to mean block colours."""
        rows = z_BCNHW[0, :, list(self._anchors)].permute(1, 2, 3, 0).flatten(0, 2)
        boards = to_tensor(list(self._anchors.values()))[0].permute(1, 0, 2, 3)
        stride = self._codec.spatial_stride
        colours = torch.nn.functional.avg_pool2d(boards, stride).permute(0, 2, 3, 1).flatten(0, 2)
        rows = torch.cat([rows, torch.ones_like(rows[:, :1])], 1).double().cpu()
        # A little ridge: two keyframes of a flat picture do not span the latent space.
        gram = rows.T @ rows + 1e-3 * len(rows) * torch.eye(rows.shape[1], dtype=torch.float64)
        solved = torch.linalg.solve(gram, rows.T @ colours.double())
        return solved.to(z_BCNHW)
