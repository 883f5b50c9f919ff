"""From the low size to the film's: z_LR, where Director-SR's flow begins (eq. 5).

Three ways, chosen by the job or the model folder:

- ``latent``: the latent itself is resized, as the paper has it;
- ``pixel``: decoded, resized, encoded again;
- ``guided``: as ``pixel``, but wherever the clip moves like the boards beside it, the boards' own
  detail is carried along that motion (:mod:`engine.pipelines.guide`).

Everything streams: one latent frame is lifted after the other, and nothing of a chunk is kept but
the codec's causal cache. Knows nothing of windows, tiles or nets.

Shape legend: B batch, C channels, T frames, N latent frames, H W pixels for frames, grid for z.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.models.codec import Codec
from engine.pipelines.given import Given
from engine.pipelines.guide import Frame, Guide, guided
from engine.planning.plan import Chunk, ChunkPlan
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import Upsampling
from engine.protocol.stopping import heed


class LowClip(Protocol):
    """The low-resolution clip of a plan, chunk by chunk."""

    def frames(self, index: int) -> Iterator[Frame]:
        """Yield the frames of chunk ``index``, all of the low size."""
        ...

    def head(self, index: int) -> Frame:
        """Return the first frame of chunk ``index``."""
        ...

    def latents(self, index: int) -> Iterator[Tensor]:
        """Yield the latents of chunk ``index``, (1, C, 1, h, w) each, covering the whole frame."""
        ...


@dataclass(frozen=True)
class DraftClip:
    """A draft as a :class:`LowClip`.

    Attributes:
        codec: of the draft's model.
        z: (1, C, N, h, w), the whole pass.
    """

    codec: Codec
    plan: ChunkPlan
    z: Tensor

    def frames(self, index: int) -> Iterator[Frame]:
        """Yield the frames of chunk ``index``."""
        for part in self.codec.decode_stream(self._chunk(index)):
            yield from to_levels(part)

    def head(self, index: int) -> Frame:
        """Return the first frame of chunk ``index``."""
        return to_levels(self.codec.decode(self._chunk(index)[:, :, :1]))[0]

    def latents(self, index: int) -> Iterator[Tensor]:
        """Yield the latents of chunk ``index``, (1, C, 1, h, w) each."""
        yield from self._chunk(index).split(1, dim=2)

    def _chunk(self, index: int) -> Tensor:
        first = self.plan.head_latents[index]
        return self.z[:, :, first : first + self.plan.chunks[index].num_latents]


@dataclass(frozen=True)
class Lift:
    """Brings a low-resolution clip to the master's grid, one latent frame at a time.

    Attributes:
        clip: what is lifted.
        codec: of Director-SR.
        given: keyframes and footage at the film's size.
        size: of the film; padded to ``padded`` for the net.
        device: where latents are wanted.
        repeats: whether a keyframe inside a stream fills its group (the paper's replication).
    """

    upsampling: Upsampling
    clip: LowClip
    codec: Codec
    plan: ChunkPlan
    given: Given
    size: FrameSize
    padded: FrameSize
    device: torch.device
    repeats: bool = False

    @torch.no_grad()
    def stream(self, index: int) -> Iterator[Tensor]:
        """Yield z_LR of chunk ``index``, (1, C, 1, H, W) a latent, given latents in place.

        A keyframe's head, and the latents of footage, are those of the full-resolution frames.
        """
        if self.upsampling == "latent":
            clean = self.codec.encode_stream(self._parts(self._given_frames(index)))
            for offset, z in enumerate(self.clip.latents(index)):
                given = next(clean, None)
                yield self._placed(index, offset, self._resized(z) if given is None else given)
            return
        lifted = self.codec.encode_stream(self._parts(self._frames(index)))
        for offset, z in enumerate(lifted):
            yield self._placed(index, offset, z)

    @torch.no_grad()
    def anchor(self, latent: int) -> Tensor | None:
        """Return a given latent that can be had by itself, (1, C, 1, H, W); None for others.

        Prefix causality: a chunk's first latent depends on its first frame alone.
        """
        if latent in self.plan.head_latents:
            chunk = self.plan.chunks[self.plan.head_latents.index(latent)]
            first = next(self.given.frames(chunk), None)
            if first is not None:
                return self.codec.encode(self._pixels([first])).float()
        inserted = {insertion.latent: insertion.keyframe for insertion in self.plan.insertions}
        if latent not in inserted:
            return None
        board = self.given.boards[inserted[latent]].astype(np.float32)
        copies = 5 if self.repeats and latent else 1
        return self.codec.encode(self._pixels([board] * copies))[:, :, -1:].float()

    def _placed(self, index: int, offset: int, z_BCNHW: Tensor) -> Tensor:
        """Return a lifted latent, or the keyframe that a comparison inserts in its place."""
        latent = self.plan.head_latents[index] + offset
        if any(insertion.latent == latent for insertion in self.plan.insertions):
            inserted = self.anchor(latent)
            assert inserted is not None
            return inserted
        return z_BCNHW.float()

    def _given_frames(self, index: int) -> Iterator[Frame]:
        return self.given.frames(self.plan.chunks[index])

    def _frames(self, index: int) -> Iterator[Frame]:
        """Yield chunk ``index`` at the film's size: what is given, then what is lifted."""
        chunk = self.plan.chunks[index]
        guides = self._guides(index) if self.upsampling == "guided" else []
        given = self._given_frames(index)
        for offset, small in enumerate(self.clip.frames(index)):
            heed()
            frame = next(given, None)
            if frame is None:
                frame = self._enlarged(small)
                if guides:
                    near = [(guide, chunk.start + offset - guide.frame) for guide in guides]
                    frame = guided(small, frame, near)
            yield frame

    def _parts(self, frames: Iterator[Frame]) -> Iterator[Tensor]:
        count = 1
        while group := list(islice(frames, count)):
            yield self._pixels(group)
            count = self.codec.temporal_stride

    def _pixels(self, frames: Sequence[Frame]) -> Tensor:
        """Return frames as the codec takes them: (1, 3, T, H, W) in [−1, 1], padded."""
        height, width = frames[0].shape[:2]
        shape = (1, 3, len(frames), self.padded.height, self.padded.width)
        pixels = torch.empty(shape, dtype=torch.float32)
        for index, frame in enumerate(frames):
            # One copy, straight into the padded frame: at 1080p each further one costs as much.
            pixels[0, :, index, :height, :width] = torch.from_numpy(frame).permute(2, 0, 1)
        pixels[..., :height, width:] = pixels[..., :height, width - 1 : width]
        pixels[..., height:, :] = pixels[..., height - 1 : height, :]
        return pixels.to(self.device).div_(127.5).sub_(1.0)

    def _enlarged(self, frame: Frame) -> Frame:
        size = (self.size.width, self.size.height)
        shrinks = frame.shape[1] > self.size.width
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        enlarged = cv2.resize(frame, size, interpolation=method)
        return np.clip(enlarged, 0, 255).astype(np.float32, copy=False)

    def _resized(self, z_BCNHW: Tensor) -> Tensor:
        """Resize a latent that covers the frame to the grid, whose padding lies outside of it."""
        stride = self.codec.spatial_stride
        z = z_BCNHW.to(self.device, torch.float32)
        rows = _linear(self.padded.height // stride, self.size.height / stride, z.shape[-2])
        columns = _linear(self.padded.width // stride, self.size.width / stride, z.shape[-1])
        return rows.to(z) @ z @ columns.to(z).T

    def _guides(self, index: int) -> list[Guide]:
        """Return the keyframes on both sides of a chunk, as far as no cut lies between."""
        chunks = self.plan.chunks
        found: list[Guide] = []
        before = index
        while before >= 0 and not _has_board(chunks[before]) and not _is_cut(chunks[before]):
            before -= 1
        after = index + 1
        while after < len(chunks) and not _is_cut(chunks[after]) and not _has_board(chunks[after]):
            after += 1
        for position in (before, after):
            if not 0 <= position < len(chunks) or (position == after and _is_cut(chunks[position])):
                continue
            board = self.given.board(chunks[position])
            if board is not None:
                small = self.clip.head(position)
                is_pinned = chunks[position].num_clean_latents > 0
                large = board.astype(np.float32)
                found.append(Guide(chunks[position].start, small, large, is_pinned))
        return found


def to_levels(frames_BCTHW: Tensor) -> list[Frame]:
    """Return frames in [−1, 1] as a list of (H, W, 3) in [0, 255]."""
    levels = (frames_BCTHW[0].float().clamp(-1, 1) + 1.0) * 127.5
    return list(levels.permute(1, 2, 3, 0).cpu().numpy())


def _linear(length: int, covered: float, source: int) -> Tensor:
    """Return (length, source) weights of linear interpolation; the border value goes on.

    Args:
        length: positions wanted.
        covered: how many of them, in fractions, the source's positions cover.
        source: positions there are.
    """
    centre = (torch.arange(length, dtype=torch.float64) + 0.5) * source / covered - 0.5
    centre = centre.clamp(0, source - 1)
    low = centre.floor().long().clamp(max=max(source - 2, 0))
    share = centre - low
    weights = torch.zeros(length, source, dtype=torch.float64)
    at = torch.arange(length)
    weights[at, low] = 1 - share
    weights[at, (low + 1).clamp(max=source - 1)] += share
    return weights


def _has_board(chunk: Chunk) -> bool:
    return chunk.placement is not None and chunk.placement.keyframe is not None


def _is_cut(chunk: Chunk) -> bool:
    return chunk.placement is not None and chunk.placement.is_cut
