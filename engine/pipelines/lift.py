"""From the draft's size to the film's: z_LR, where Director-SR's flow begins (eq. 5).

Three ways, chosen by the model folder:

- ``latent``: the latent itself is resized, as the paper has it;
- ``pixel``: decoded, resized, encoded again;
- ``guided``: as ``pixel``, but wherever the draft moves like the boards beside it, the boards' own
  detail is carried along that motion. Motion is read off the draft at its own size, where it is
  cheap and sound; what does not match (new, hidden or misread parts) keeps the plain lift.

Shape legend: B batch, C channels, T frames, N latent frames, H W pixels for frames, grid for z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.media.stills import RgbImage
from engine.models.codec import Codec
from engine.planning.plan import Chunk, ChunkPlan
from engine.planning.resolution import FrameSize

Upsampling = Literal["latent", "pixel", "guided"]

Frame = NDArray[np.float32]
"""(H, W, 3) RGB in [0, 255]."""

_TOLERANCE = 22.0
"""Levels by which the draft and a carried board may differ before trust is down to 1/e."""

_FLOW_WIDTH = 512
"""Width at which motion is estimated: a small draft is enlarged to it, for sub-pixel motion."""


@dataclass(frozen=True)
class Lift:
    """Brings a draft to the master's grid, one chunk at a time.

    Attributes:
        plan: of the pass.
        boards: the keyframes in the plan's order, at ``size``.
        size: of the film; padded to ``padded`` for the net.
    """

    upsampling: Upsampling
    draft_codec: Codec
    codec: Codec
    plan: ChunkPlan
    boards: Sequence[RgbImage]
    size: FrameSize
    padded: FrameSize

    @torch.no_grad()
    def chunk(self, z_draft: Tensor, index: int) -> Tensor:
        """Return z_LR of chunk ``index``: (1, C, its latents, H, W) on the master's grid.

        Args:
            z_draft: (1, C, N, H, W), the whole pass.
            index: position of the chunk in the plan.
        """
        chunk = self.plan.chunks[index]
        z = self._latents(z_draft, index)
        if self.upsampling == "latent":
            stride = self.codec.spatial_stride
            grid = (z.shape[2], self.padded.height // stride, self.padded.width // stride)
            return functional.interpolate(z, grid, mode="trilinear")
        small = _to_levels(self.draft_codec.decode(z))
        frames = [self._enlarged(frame) for frame in small]
        if self.upsampling == "guided":
            guides = self._guides(z_draft, index)
            for offset in range(chunk.num_frames):
                near = [(guide, chunk.start + offset - guide.frame) for guide in guides]
                frames[offset] = _guided(small[offset], frames[offset], near)
        lifted = torch.from_numpy(np.stack(frames)).permute(3, 0, 1, 2).unsqueeze(0)
        pixels = (lifted / 127.5 - 1.0).to(z.device)
        return self.codec.encode(pad_frames(pixels, self.padded)).float()

    def _latents(self, z_draft: Tensor, index: int) -> Tensor:
        first = self.plan.head_latents[index]
        return z_draft[:, :, first : first + self.plan.chunks[index].num_latents]

    def _enlarged(self, frame: Frame) -> Frame:
        size = (self.size.width, self.size.height)
        enlarged = cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC)
        return np.clip(enlarged, 0, 255).astype(np.float32, copy=False)

    def _guides(self, z_draft: Tensor, index: int) -> list[_Guide]:
        """Return the keyframes on both sides of a chunk, as far as no cut lies between."""
        chunks = self.plan.chunks
        found: list[_Guide] = []
        before = index
        while before >= 0 and _board_of(chunks[before]) is None and not _is_cut(chunks[before]):
            before -= 1
        after = index + 1
        while (
            after < len(chunks) and not _is_cut(chunks[after]) and _board_of(chunks[after]) is None
        ):
            after += 1
        for position in (before, after):
            if not 0 <= position < len(chunks) or (position == after and _is_cut(chunks[position])):
                continue
            board = _board_of(chunks[position])
            if board is not None:
                head = self._latents(z_draft, position)[:, :, :1]
                small = _to_levels(self.draft_codec.decode(head))[0]
                large = self.boards[board].astype(np.float32)
                found.append(_Guide(chunks[position].start, small, large))
        return found


@dataclass(frozen=True)
class _Guide:
    """A keyframe as the draft shows it and as the board is."""

    frame: int
    small: Frame
    large: Frame


def pad_frames(frames_BCTHW: Tensor, padded: FrameSize) -> Tensor:
    """Repeat the right and bottom edges up to the size that the net takes."""
    right = padded.width - frames_BCTHW.shape[-1]
    bottom = padded.height - frames_BCTHW.shape[-2]
    if not right and not bottom:
        return frames_BCTHW
    return functional.pad(frames_BCTHW, (0, right, 0, bottom, 0, 0), mode="replicate")


def _guided(small: Frame, lifted: Frame, near: Sequence[tuple[_Guide, int]]) -> Frame:
    """Return the lifted frame with the detail of the boards near it.

    Args:
        small: the draft's frame.
        lifted: the same, enlarged.
        near: guides with their signed distance in frames.
    """
    total = np.zeros(lifted.shape[:2], np.float32)
    carried = np.zeros_like(lifted)
    for guide, distance in near:
        if distance == 0:
            return guide.large
        warped, trust = _carried(small, lifted, guide)
        weight = trust / abs(distance)
        carried += warped * weight[..., None]
        total += weight
    if not near:
        return lifted
    # Trust in the better guide decides how much of the plain lift remains.
    nearest = min(abs(distance) for _, distance in near)
    share = np.clip(total * nearest, 0, 1)[..., None]
    mixed = carried / np.maximum(total, 1e-6)[..., None]
    return np.clip(lifted + share * (mixed - lifted), 0, 255).astype(np.float32, copy=False)


def _carried(small: Frame, lifted: Frame, guide: _Guide) -> tuple[Frame, NDArray[np.float32]]:
    """Return a board moved and toned as the draft has it, and how far to trust each place."""
    height, width = lifted.shape[:2]
    flow, consistent = _flow(small, guide.small)
    scale = width / flow.shape[1]
    wide = cv2.resize(flow, (width, height), interpolation=cv2.INTER_CUBIC) * scale
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    warped = cv2.remap(
        guide.large,
        columns + wide[..., 0],
        rows + wide[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    # Compare and correct well below the draft's resolution: a soft draft in the right place must
    # not cost the board's detail.
    grid = (small.shape[1], small.shape[0])
    shown = cv2.resize(warped, grid, interpolation=cv2.INTER_AREA)
    difference = small - shown
    tone = cv2.GaussianBlur(difference, (0, 0), 10.0)
    rest = np.abs(cv2.GaussianBlur(difference, (0, 0), 1.4) - tone).max(axis=2)
    drift = np.abs(tone).max(axis=2)
    # Steep: a young net's speckle is far below the tolerance and must not shine through.
    fit = np.exp(-(((rest + 0.5 * drift) / _TOLERANCE) ** 4))
    agree = cv2.resize(consistent, grid, interpolation=cv2.INTER_AREA)
    flat = _flatness(
        np.asarray(shown, np.float32)
    )  # where nothing stands out, motion is ambiguous and does not matter
    trust = fit * (agree + (1 - agree) * flat)
    warped += cv2.resize(tone, (width, height), interpolation=cv2.INTER_LINEAR)
    return warped, cv2.resize(trust.astype(np.float32), (width, height))


def _flatness(frame: Frame) -> NDArray[np.float32]:
    """Return 1 where a picture hardly changes from pixel to pixel, 0 at edges and in texture."""
    grey = cv2.GaussianBlur(frame.mean(axis=2), (0, 0), 1.0)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 8
    wide = cv2.GaussianBlur(slope, (0, 0), 2.0)
    return np.exp(-((wide / 3.0) ** 2)).astype(np.float32)


def _flow(small: Frame, guide: Frame) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the motion from a draft frame to a guide, and where going there and back agrees."""
    scale = max(1.0, _FLOW_WIDTH / small.shape[1])
    here, there = (_grey(frame, scale) for frame in (small, guide))
    estimate: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    forth = estimate.calc(here, there, None)
    back = estimate.calc(there, here, None)
    rows, columns = np.mgrid[0 : here.shape[0], 0 : here.shape[1]].astype(np.float32)
    x, y = columns + forth[..., 0], rows + forth[..., 1]
    returned = cv2.remap(back, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    miss = np.hypot(*np.moveaxis(forth + returned, -1, 0))
    inside = (x >= 0) & (x < here.shape[1]) & (y >= 0) & (y < here.shape[0])
    agree = np.exp(-((miss / (1.0 + 0.05 * np.hypot(forth[..., 0], forth[..., 1]))) ** 2))
    return forth, (agree * inside).astype(np.float32)


def _grey(frame: Frame, scale: float) -> NDArray[np.uint8]:
    levels = np.clip(frame + 0.5, 0, 255).astype(np.uint8)
    grey = cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY)
    enlarged = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return enlarged.astype(np.uint8, copy=False)


def _to_levels(frames_BCTHW: Tensor) -> list[Frame]:
    levels = (frames_BCTHW[0].float().clamp(-1, 1) + 1.0) * 127.5
    return list(levels.permute(1, 2, 3, 0).cpu().numpy())


def _board_of(chunk: Chunk) -> int | None:
    return chunk.placement.keyframe if chunk.placement is not None else None


def _is_cut(chunk: Chunk) -> bool:
    return chunk.placement is not None and chunk.placement.is_cut
